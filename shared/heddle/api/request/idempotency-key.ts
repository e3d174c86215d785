import { RejectedError } from '../../errors/errors.ts';

const MAX_KEY_CHARS = 255;

/**
 * Parses the header Idempotency-Key. The draft has it in quotes, which most callers leave out.
 * @throws {RejectedError} 400 `idempotency_key_invalid`
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
 */
export function parseIdempotencyKey(header: string): string {
  const key = header.trim().replace(/^"(.*)"$/, '$1');
  if (key.trim() !== '' && key.length <= MAX_KEY_CHARS) return key;
  const message = `Idempotency-Key: expected 1 to ${MAX_KEY_CHARS} characters.`;
  throw new RejectedError('idempotency_key_invalid', message);
}
