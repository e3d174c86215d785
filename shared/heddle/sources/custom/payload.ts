import { isUtf8 } from 'node:buffer';
import { isJsonObject } from '../../domain/json.ts';
import { parseForm, parseJson, parseText, toMediaType } from '../body.ts';
import type { SourceEvent, WebhookRequest } from '../source.ts';

export type Payload = Pick<SourceEvent, 'data' | 'dataJson'>;

/**
 * A body of any kind as an object, since an event's data is one: JSON that is another value becomes
 * `{ value }`, a form an object of its fields, a text `{ text }`, anything else `{ base64 }`, and
 * no body at all `{}`. Without a content type a body is taken for JSON where it is that.
 * @throws {RejectedError} 400 when it says that it is JSON or a form, is text, and is neither
 */
export function parsePayload({ headers, body }: Pick<WebhookRequest, 'headers' | 'body'>): Payload {
  if (body.length === 0) return { data: {} };
  const type = toMediaType(headers.get('content-type'));
  const form = toForm(type);
  // Many clients say JSON by default, whatever they send: bytes that are no text are kept as such.
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
 * Any JSON value as data.
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
