import { ConfigError } from '../../errors/errors.ts';
import { type HmacKeys, parseBase64 } from '../hmac.ts';
import { createForgedError, type Verification } from '../secret.ts';
import type { WebhookRequest } from '../source.ts';
import { checkTimestamp } from '../timestamp.ts';

/** Svix sends its own names, its customers those of the standard. */
const PREFIXES = ['webhook', 'svix'] as const;

/** The dot ends the id in what is signed, so an id that had one could be cut elsewhere. */
const ID = /^[!-\-/-~]{1,256}$/;

interface SignedHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
}

/**
 * Verifies a request as Standard Webhooks prescribes: HMAC-SHA256 over `id.timestamp.body`.
 * @param keys made with {@link toStandardKey}
 * @returns with the id, which is signed and the same at every attempt
 * @throws {RejectedError} 401 when the signature is missing, stale or not valid
 * @throws {ConfigError} when no secret is set, or one is not base64
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @example const keys = new HmacKeys(secrets, { toKey: toStandardKey });
 */
export function verifyStandardWebhook(
  keys: HmacKeys,
  request: WebhookRequest,
): { verification: Verification; id: string } {
  const { id, timestamp, signatures } = readHeaders(request);
  const checked = checkTimestamp(timestamp, request.receivedAt);
  const verification = keys.verify(parseSignatures(signatures), `${id}.${checked}.`, request.body);
  return { verification, id };
}

/**
 * The key's bytes: base64 behind `whsec_`.
 * @param setting the secret's name, for the error
 * @throws {ConfigError} when the value is not base64
 */
export function toStandardKey(secret: string, setting = 'the secret'): Buffer {
  const key = parseBase64(secret.replace(/^whsec_/, ''));
  if (key) return key;
  throw new ConfigError('A secret of Standard Webhooks cannot be read', [
    `set ${setting} to "whsec_" and base64, as the sender shows it`,
  ]);
}

/**
 * The message's id: signed, so good after {@link verifyStandardWebhook} and no earlier.
 * @throws {RejectedError} 401 when there is none
 */
export function readMessageId(request: WebhookRequest): string {
  return readHeaders(request).id;
}

/** The first set that is whole: headers of one and the other are never mixed. */
function readHeaders({ headers }: WebhookRequest): SignedHeaders {
  for (const prefix of PREFIXES) {
    const id = headers.get(`${prefix}-id`);
    const timestamp = headers.get(`${prefix}-timestamp`);
    const signatures = headers.get(`${prefix}-signature`);
    if (id && ID.test(id) && timestamp && signatures) return { id, timestamp, signatures };
  }
  throw createForgedError();
}

/**
 * `v1,<base64> v1,<base64>`: several while a secret is replaced. Other versions are skipped, `v1a`
 * among them, which is asymmetric. A header that came twice leaves a comma behind its first value.
 */
function parseSignatures(text: string): readonly (Buffer | undefined)[] {
  return text.split(' ').map((item) => {
    const [version, signature] = item.split(',');
    return version === 'v1' ? parseBase64(signature) : undefined;
  });
}
