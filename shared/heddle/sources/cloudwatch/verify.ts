import { verify, type X509Certificate } from 'node:crypto';
import { parseBase64 } from '../hmac.ts';
import { createForgedError } from '../secret.ts';
import { TOLERANCE_SECONDS } from '../timestamp.ts';
import type { CertificateCache } from './certificates.ts';
import type { Envelope } from './envelope.ts';
import type { Topic } from './topic.ts';

/** SNS retries after a 5xx, never after a 4xx: forged messages are refused for good. */
export const FORGED = 403;

const ALGORITHMS = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);

/**
 * Checks that SNS signed the message recently. Everything that can be checked without the
 * certificate is checked before it is fetched.
 * @throws {RejectedError} 403 when it did not
 * @throws {RetryableError} when the certificate cannot be fetched
 */
export async function verifyEnvelope(
  envelope: Envelope,
  topic: Topic,
  options: {
    readonly certificates: CertificateCache;
    readonly receivedAt: number;
    readonly toleranceSeconds: number;
  },
): Promise<void> {
  const { certificates, receivedAt, toleranceSeconds } = options;
  checkAge(receivedAt - Date.parse(envelope.time), toleranceSeconds);
  const algorithm = ALGORITHMS.get(envelope.signatureVersion ?? '');
  const signature = parseBase64(envelope.signature);
  const url = envelope.certificateUrl ?? '';
  if (!algorithm || !signature || !isCertificateUrl(url, topic)) throw createForgedError(FORGED);
  const certificate = await certificates.get(url);
  if (!isSigner(certificate, topic, receivedAt)) throw createForgedError(FORGED);
  const signed = Buffer.from(envelope.signedText, 'utf8');
  if (!verify(algorithm, signed, certificate.publicKey, signature)) {
    throw createForgedError(FORGED);
  }
}

/** Retries end within the hour. A clock may be ahead by the usual tolerance only. */
function checkAge(age: number, toleranceSeconds: number): void {
  if (age <= toleranceSeconds * 1000 && age >= -TOLERANCE_SECONDS * 1000) return;
  throw createForgedError(FORGED);
}

/**
 * Compares the text, not a parsed URL: this excludes any port, user, query, other path or region,
 * and a bucket named `sns`.
 */
function isCertificateUrl(url: string, { host }: Topic): boolean {
  const base = `https://${host}/SimpleNotificationService-`;
  return url.startsWith(base) && /^[0-9a-f]{32}\.pem$/.test(url.slice(base.length));
}

function isSigner(certificate: X509Certificate, topic: Topic, at: number): boolean {
  const { validFromDate, validToDate, publicKey } = certificate;
  const isValid = validFromDate.getTime() <= at && at <= validToDate.getTime();
  const isNamed = topic.certificateNames.some(
    (name) => certificate.checkHost(name, { wildcards: false }) !== undefined,
  );
  return isValid && isNamed && publicKey.asymmetricKeyType === 'rsa';
}

/**
 * Returns the URL that confirms a subscription to the topic. SNS's signature proves only that
 * somebody subscribed this endpoint to some topic.
 * @throws {RejectedError} 403 when the URL leads elsewhere, or has another effect
 */
export function checkSubscribeUrl({ subscribeUrl = '', token }: Envelope, topic: Topic): string {
  const isPlain = URL.parse(subscribeUrl)?.href === subscribeUrl && !subscribeUrl.includes('#');
  const base = `https://${topic.host}/?`;
  const query = new URLSearchParams(subscribeUrl.slice(base.length));
  const isConfirmation =
    query.size === 3 &&
    query.get('Action') === 'ConfirmSubscription' &&
    query.get('TopicArn') === topic.arn &&
    query.get('Token') === token;
  if (isPlain && subscribeUrl.startsWith(base) && isConfirmation) return subscribeUrl;
  throw createForgedError(FORGED);
}
