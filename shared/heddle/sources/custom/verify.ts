import type { Secret } from '../../domain/secret.ts';
import { HmacKeys, parseBase64, parseHex, withoutPrefix } from '../hmac.ts';
import { createIpAllowList } from '../ip-allow-list.ts';
import { type Verification, verifyToken } from '../secret.ts';
import type { WebhookRequest } from '../source.ts';
import { checkTimestamp } from '../timestamp.ts';
import { createBasicCheck, createBearerCheck } from './authorization.ts';
import { createCertificateCheck } from './client-certificate.ts';
import type { Auth, HmacAuth } from './settings.ts';
import { createSignedParts } from './template.ts';

export type Verify = (request: WebhookRequest) => Verification | Promise<Verification>;

/**
 * Creates the configured check of senders. Endpoints check those of kind `custom` themselves, and
 * tokens of Entra need more than secrets.
 */
export function createVerify(
  auth: Exclude<Auth, { kind: 'custom' | 'entra' }>,
  secrets: readonly Secret[],
): Verify {
  switch (auth.kind) {
    case 'hmac':
      return createHmacCheck(auth, secrets);
    case 'bearer':
      return createBearerCheck(auth.scheme, secrets);
    case 'apiKey':
      return (request) => verifyToken(readApiKey(request, auth), secrets);
    case 'basic':
      return createBasicCheck(auth.username, secrets);
    case 'ipAllowList':
      return createAddressCheck(auth);
    case 'mtls':
      return createCertificateCheck(auth);
    case 'none':
      return () => ({ verified: false });
  }
}

function createHmacCheck(auth: HmacAuth, secrets: readonly Secret[]): Verify {
  const { header, algorithm, encoding, prefix, timestampHeader, toleranceSeconds } = auth;
  const { template = timestampHeader === undefined ? '{body}' : '{timestamp}.{body}' } = auth;
  const keys = new HmacKeys(secrets, { algorithm });
  const parse = encoding === 'hex' ? parseHex : parseBase64;
  const toParts = createSignedParts(template);
  return ({ headers, body, receivedAt }) => {
    const signature = parse(withoutPrefix(headers.get(header), prefix));
    const timestamp =
      timestampHeader === undefined
        ? ''
        : checkTimestamp(headers.get(timestampHeader), receivedAt, { toleranceSeconds });
    return keys.verify([signature], ...toParts(timestamp, body));
  };
}

/** Reads the configured place only, and refuses a repeated parameter. */
function readApiKey(
  { headers, query }: WebhookRequest,
  auth: { readonly in: 'header' | 'query'; readonly name: string },
): string | null | undefined {
  if (auth.in === 'header') return headers.get(auth.name);
  const values = query.getAll(auth.name);
  return values.length === 1 ? values[0] : undefined;
}

function createAddressCheck(options: Parameters<typeof createIpAllowList>[0]): Verify {
  const check = createIpAllowList(options);
  return (request) => {
    check(request);
    return { verified: true };
  };
}
