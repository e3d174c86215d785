import { isUtf8 } from 'node:buffer';
import { isDeeperThan, isJsonObject, type JsonObject } from '../domain/json.ts';
import { RejectedError } from '../errors.ts';

/** Deeper payloads are refused: far above what senders use, far below what exhausts a stack. */
export const MAX_DEPTH = 200;

/** The body as text. @throws {RejectedError} 400 when it is not UTF-8 */
export function parseText(body: Buffer): string {
  if (!isUtf8(body)) throw createMalformedError('The body is not UTF-8.');
  return body.toString('utf8');
}

/** @throws {RejectedError} 400 when the text is not a JSON object, or nests too deep */
export function parseJsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: a SyntaxError quotes the payload.
    throw createMalformedError('The payload is not JSON.');
  }
  if (!isJsonObject(value)) throw createMalformedError('The payload is not a JSON object.');
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw createMalformedError(`The payload nests deeper than ${MAX_DEPTH} levels.`);
  }
  return value;
}

/**
 * The JSON text in a form's one field.
 * @throws {RejectedError} 400 unless the field is there exactly once: parsers differ on which of
 * two they take
 */
export function parseFormField(body: Buffer, field: string): string {
  const text = parseText(body);
  // URLSearchParams takes what is not UTF-8 behind a percent sign for U+FFFD.
  if (!isDecodable(text)) throw createMalformedError('The form is not percent-encoded UTF-8.');
  const values = new URLSearchParams(text).getAll(field);
  if (values.length === 1 && values[0] !== undefined) return values[0];
  throw createMalformedError(`The form must have the field "${field}" exactly once.`);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

export function createMalformedError(message: string): RejectedError {
  return new RejectedError(400, 'payload_malformed', message);
}

/** `Application/JSON; charset=utf-8` → `application/json`. */
export function toMediaType(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
