import { isUtf8 } from 'node:buffer';
import { isJsonObject } from '../../domain/json.ts';
import { parseForm, parseJson, parseText, toMediaType } from '../body.ts';
import type { SourceEvent, WebhookRequest } from '../source.ts';

export type Payload = Pick<SourceEvent, 'data' | 'dataJson'>;

/**
 * Converts any body to an object, the form of an event's data: other JSON values become
 * `{ value }`, a form becomes an object of its fields, a text `{ text }`, any other body
 * `{ base64 }`, and an empty one `{}`. A body without a content type is read as JSON if it is valid
 * JSON.
 * @throws {RejectedError} 400 when a body is text and declared as JSON or a form, but malformed
 */
export function parsePayload({ headers, body }: Pick<WebhookRequest, 'headers' | 'body'>): Payload {
  if (body.length === 0) return { data: {} };
  const type = toMediaType(headers.get('content-type'));
  const form = toForm(type);
  // Many clients declare JSON by default: bytes that are not text are kept as bytes.
  if (form === 'bytes' || !isUtf8(body)) return { data: { base64: body.toString('base64') } };
  if (form === 'fields') return { data: parseForm(body) };
  const text = parseText(body);
  const isFound = type === '' && isJson(text);
  return form === 'json' || isFound ? parseJsonPayload(text) : { data: { text } };
}

function toForm(type: string): 'json' | 'fields' | 'text' | 'bytes' {
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'fields';
  const isText = type === '' || type.startsWith('text/') || /[/+](?:xml|yaml)$/.test(type);
  return isText ? 'text' : 'bytes';
}

/**
 * Converts any JSON value to data.
 * @throws {RejectedError} 400 when the text is not JSON, or nests too deep
 */
export function parseJsonPayload(text: string): Payload {
  const value = parseJson(text);
  return isJsonObject(value) ? { data: value, dataJson: text } : { data: { value } };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
