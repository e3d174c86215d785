import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createMalformedError, parseJson, parseText, toMediaType } from '../../sources/body.ts';
import type { WebhookRequest } from '../../sources/source.ts';
import { createTooLargeError, MAX_EMITTED_BYTES } from '../events/index.ts';

/** A request to the API that brings data. */
export type PostRequest = Pick<WebhookRequest, 'headers' | 'body' | 'traceparent'>;

/**
 * The body as an object; none is an empty one. It must say that it is JSON: what a page of another
 * origin can send to a laptop without being asked does not.
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
  // The draft has it in quotes, which most leave out.
  return (
    headers
      .get('idempotency-key')
      ?.trim()
      .replace(/^"(.*)"$/, '$1') ?? undefined
  );
}
