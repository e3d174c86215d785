import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createMalformedError, parseJson, parseText, toMediaType } from '../../sources/body.ts';
import type { WebhookRequest } from '../../sources/source.ts';
import { createTooLargeError, MAX_EMITTED_BYTES } from '../events/index.ts';

/** A request to the API with data. */
export type PostRequest = Pick<WebhookRequest, 'headers' | 'body' | 'traceparent'>;

/**
 * Parses the body as an object; an empty body is an empty object. The request must declare it as
 * JSON: a page of another origin cannot send that to a laptop without being asked.
 * @throws {RejectedError} 400, 413, 415
 */
export function parseBody({ headers, body }: PostRequest): JsonObject {
  if (body.length > MAX_EMITTED_BYTES) throw createTooLargeError();
  if (body.length === 0) return {};
  if (toMediaType(headers.get('content-type')) !== 'application/json') {
    const message = 'The content type must be application/json.';
    throw new RejectedError(415, 'media_type_unsupported', message);
  }
  const value = parseJson(parseText(body));
  if (!isJsonObject(value)) throw createMalformedError('The body is not a JSON object.');
  return value;
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header */
export function readIdempotencyKey({ headers }: PostRequest): string | undefined {
  // The draft puts the key in quotes, which most callers leave out.
  return (
    headers
      .get('idempotency-key')
      ?.trim()
      .replace(/^"(.*)"$/, '$1') ?? undefined
  );
}
