import { isUtf8 } from 'node:buffer';
import { parseExactJson, TooManyExactError } from '../domain/exact-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { findExcess, type JsonBounds } from '../domain/json-bounds.ts';
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

/** Far above real payloads: the largest that GitHub sends have some 40,000 keys. */
const BOUNDS = { depth: MAX_DEPTH, keys: 100_000, containers: 100_000, values: 1_000_000 };

const EXCESS: Readonly<Record<keyof JsonBounds, string>> = {
  depth: `nests deeper than ${MAX_DEPTH} levels`,
  keys: `has more than ${BOUNDS.keys} keys`,
  containers: `has more than ${BOUNDS.containers} objects and lists`,
  values: `has more than ${BOUNDS.values} values`,
};

/** Each costs far more than another number: as many as fit into a body would delay other requests. */
const MAX_EXACT = 50_000;

/** @throws {RejectedError} 400 when the text is not JSON, nests too deep, or has too many parts */
export function parseJson(text: string): Json {
  const excess = findExcess(text, BOUNDS);
  if (excess) throw createMalformedError(`The payload ${EXCESS[excess]}.`);
  let value: Json;
  try {
    value = parseExactJson(text, MAX_EXACT) as Json;
  } catch (error) {
    if (error instanceof TooManyExactError) {
      const what = `more than ${MAX_EXACT} numbers that no double holds`;
      throw createMalformedError(`The payload has ${what}: send them as texts.`);
    }
    // No cause: a SyntaxError quotes the payload.
    throw createMalformedError('The payload is not JSON.');
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
