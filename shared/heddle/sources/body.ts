import { isUtf8 } from 'node:buffer';
import { parseExactJson } from '../domain/exact-json.ts';
import { isDeeperThan, isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { RejectedError } from '../errors/errors.ts';

/** Maximum depth of payloads: far above real senders' payloads, far below what exhausts a stack. */
export const MAX_DEPTH = 200;

/** Real forms have some dozen fields; parsing a million would delay other requests. */
const MAX_FORM_FIELDS = 1000;

/**
 * Decodes the body.
 * @throws {RejectedError} 400 when it is not UTF-8
 * @example const data = parseJsonObject(parseText(body));
 */
export function parseText(body: Buffer): string {
  if (!isUtf8(body)) throw createMalformedError('The body is not UTF-8.');
  return body.toString('utf8');
}

/** @throws {RejectedError} 400 when the text is not JSON, or nests too deep */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = parseExactJson(text) as Json;
  } catch {
    // No cause: a SyntaxError quotes the payload.
    throw createMalformedError('The payload is not JSON.');
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw createMalformedError(`The payload nests deeper than ${MAX_DEPTH} levels.`);
  }
  return value;
}

/**
 * Parses a JSON object. A number that no double holds is an object, which `String()` and
 * `JSON.stringify` write with the digits that were sent.
 * @throws {RejectedError} 400 when the text is not a JSON object, or nests too deep
 * @example const { id, type } = parseJsonObject(parseText(body));
 */
export function parseJsonObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw createMalformedError('The payload is not a JSON object.');
  return value;
}

/**
 * Parses a form. Fields are texts; a field that occurs several times is a list of texts.
 * @throws {RejectedError} 400 when it is not percent-encoded UTF-8
 * @example const { command, text } = parseForm(body);
 */
export function parseForm(body: Buffer): JsonObject {
  const fields = new Map<string, string[]>();
  for (const [name, value] of parseFields(body)) {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  const toValue = ([name, [value = '', ...more]]: [string, string[]]) =>
    [name, more.length === 0 ? value : [value, ...more]] as const;
  return Object.fromEntries([...fields].map(toValue));
}

/**
 * Returns the JSON text in one field of a form.
 * @throws {RejectedError} 400 unless the field occurs exactly once: parsers differ on which of two
 * they use
 */
export function parseFormField(body: Buffer, field: string): string {
  const values = parseFields(body).getAll(field);
  if (values.length === 1 && values[0] !== undefined) return values[0];
  throw createMalformedError(`The form must have the field "${field}" exactly once.`);
}

function parseFields(body: Buffer): URLSearchParams {
  const text = parseText(body);
  if (countFields(text) > MAX_FORM_FIELDS) {
    throw createMalformedError(`The form has more than ${MAX_FORM_FIELDS} fields.`);
  }
  // URLSearchParams replaces percent-encoded bytes that are not UTF-8 by U+FFFD.
  if (!isDecodable(text)) throw createMalformedError('The form is not percent-encoded UTF-8.');
  return new URLSearchParams(text);
}

function countFields(text: string): number {
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count++;
  return count;
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
  return new RejectedError('payload_malformed', message);
}

/** `Application/JSON; charset=utf-8` → `application/json`. */
export function toMediaType(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
