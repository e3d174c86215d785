import { toEventId } from '../../domain/names.ts';
import { ConfigError } from '../../errors/errors.ts';
import { type HmacKeys, parseBase64 } from '../hmac.ts';
import { createForgedError, type Verification } from '../secret.ts';
import type { WebhookRequest } from '../source.ts';
import { checkTimestamp } from '../timestamp.ts';

/** Svix uses its own header names; its customers use those of the standard. */
const PREFIXES = ['webhook', 'svix'] as const;

/** An id must not contain a dot, which ends the id in the signed text. */
const ID = /^[^.]*[^.\s][^.]*$/;

interface SignedHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
}

/**
 * Verifies a request by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.
 * @param keys made with {@link toStandardKey}
 * @returns the verification and the id, which is signed and the same at every attempt
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
 * Decodes the key: base64 after `whsec_`.
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
 * Reads the message's id. It is signed, so it may be trusted only after
 * {@link verifyStandardWebhook}.
 * @throws {RejectedError} 401 when there is none
 */
export function readMessageId(request: WebhookRequest): string {
  const { id } = readHeaders(request);
  return toEventId(id) ?? id;
}

/** Uses the first complete set of headers; the two sets are never mixed. */
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
 * `v1,<base64> v1,<base64>`: several during rotation. Other versions are skipped, such as `v1a`,
 * which is asymmetric. A repeated header adds a comma after its first value.
 */
function parseSignatures(text: string): readonly (Buffer | undefined)[] {
  return text.split(' ').map((item) => {
    const [version, signature] = item.split(',');
    return version === 'v1' ? parseBase64(signature) : undefined;
  });
}
