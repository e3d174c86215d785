import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError, RejectedError } from '../../errors/errors.ts';
import { parseBase64 } from '../hmac.ts';
import type { Verification } from '../secret.ts';
import type { WebhookRequest } from '../source.ts';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

export interface CertificateOptions {
  readonly header: string;
  readonly allowedThumbprints?: readonly string[] | undefined;
  readonly allowedSubject?: string | undefined;
  readonly ca?: string | undefined;
}

/**
 * Checks client certificates as App Service forwards them: base64 of DER in a header, unchecked. A
 * certificate is accepted if it has one of the thumbprints, or if a configured authority issued it;
 * its subject alone proves nothing. Certificates are public, so this is safe only if the platform
 * itself sets the header: the app must require client certificates.
 * @see https://learn.microsoft.com/azure/app-service/app-service-web-configure-tls-mutual-auth
 */
export function createCertificateCheck(
  auth: CertificateOptions,
): (request: Pick<WebhookRequest, 'headers' | 'receivedAt'>) => Verification {
  const thumbprints = new Set(auth.allowedThumbprints?.map(toThumbprint));
  let authorities: readonly X509Certificate[] | undefined;
  return ({ headers, receivedAt }) => {
    authorities ??= auth.ca === undefined ? [] : loadAuthorities(auth.ca);
    const certificate = parseCertificate(headers.get(auth.header));
    const isAccepted =
      certificate !== undefined &&
      isCurrent(certificate, receivedAt) &&
      hasSubject(certificate, auth.allowedSubject) &&
      (thumbprints.has(toThumbprint(certificate.fingerprint256)) ||
        isIssued(certificate, authorities, receivedAt));
    if (!isAccepted) throw createCertificateError();
    return { verified: true };
  };
}

/** The fault of configured authorities, for the triggers file's list of faults. */
export function findCaFault(ca: string): string | undefined {
  try {
    loadAuthorities(ca);
    return undefined;
  } catch (error) {
    return error instanceof ConfigError ? error.faults.join('; ') : String(error);
  }
}

function createCertificateError(): RejectedError {
  const message = 'The client certificate is missing or not accepted.';
  return new RejectedError('certificate_refused', message);
}

/** Reads PEM, or the file at that path. @throws {ConfigError} when there is no certificate */
function loadAuthorities(ca: string): readonly X509Certificate[] {
  try {
    const pem = ca.includes('-----BEGIN') ? ca : readFileSync(ca, 'utf8');
    const authorities = pem.match(CERTIFICATES)?.map((text) => new X509Certificate(text)) ?? [];
    if (authorities.length > 0 && authorities.every((authority) => authority.ca)) {
      return authorities;
    }
  } catch (error) {
    throw createCaError(error);
  }
  throw createCaError();
}

function createCaError(cause?: unknown): ConfigError {
  const fault = 'expected certificates of authorities as PEM, or the path of a file of them';
  return new ConfigError('Client certificates cannot be verified', [fault], { cause });
}

function parseCertificate(text: string | null): X509Certificate | undefined {
  const der = parseBase64(text);
  if (!der) return undefined;
  try {
    const certificate = new X509Certificate(der);
    // Otherwise, bytes after the certificate in the header would be ignored.
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function isCurrent({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
}

/** Requires exactly one common name, equal to the expected one. */
function hasSubject(certificate: X509Certificate, expected: string | undefined): boolean {
  if (expected === undefined) return true;
  const { subject } = certificate.toLegacyObject();
  return subject !== undefined && Object.hasOwn(subject, 'CN') && subject.CN === expected;
}

function isIssued(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  now: number,
): boolean {
  // Without key usages, a certificate may be used for anything.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && !usages.includes(CLIENT_AUTH)) return false;
  return authorities.some(
    (authority) =>
      isCurrent(authority, now) &&
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey),
  );
}

function toThumbprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
