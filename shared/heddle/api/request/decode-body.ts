import type { JsonObject } from '../../domain/json.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createTooLargeError, MAX_EMITTED_BYTES } from '../../pipeline/events/index.ts';
import { parseJsonObject, parseText, toMediaType } from '../../sources/body.ts';
import { isSafe } from './cross-site.ts';
import type { ApiRequest } from './request.ts';

/** Limit of every body: as much as an event may have. */
export const MAX_BODY_BYTES = MAX_EMITTED_BYTES;

/**
 * Decodes the body of a request; a blank one is an empty object. Methods that change nothing have
 * none. The content type must be JSON, which a page of another origin cannot send without a
 * preflight.
 * @throws {RejectedError} 400 `payload_malformed`, 411, 413, 415
 */
export function decodeBody({ method, headers, body }: DecodedParts): JsonObject {
  if (isSafe(method)) return {};
  if (body.length > MAX_BODY_BYTES) throw createTooLargeError();
  // The Functions host passes a chunked body on as an empty one.
  if (body.length === 0 && headers.get('transfer-encoding') !== null) {
    throw new RejectedError('length_required', 'Send the body with a Content-Length.');
  }
  if (isBlank(body)) return {};
  if (toMediaType(headers.get('content-type')) !== 'application/json') {
    const message = 'The content type must be application/json.';
    throw new RejectedError('media_type_unsupported', message);
  }
  return parseJsonObject(parseText(body));
}

type DecodedParts = Pick<ApiRequest, 'method' | 'headers' | 'body'>;

function isBlank(body: Buffer): boolean {
  return body.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
