import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { parseForm, parseJson, parseText, toMediaType } from '../body.ts';

/** An event's data, and its JSON text if the sender gave one. */
export interface Payload {
  readonly data: JsonObject;
  readonly dataJson?: string;
}

/**
 * Parses a body by its media type. Types other than JSON and forms allow any bytes.
 * @throws {RejectedError} 400 when JSON or a form is malformed, or nests too deep
 */
export function parsePayload(body: Buffer, contentType: string | null): Payload {
  if (body.length === 0) return { data: {} };
  const mediaType = toMediaType(contentType);
  if (isJsonType(mediaType)) {
    const dataJson = parseText(body);
    const value = parseJson(dataJson);
    return isJsonObject(value) ? { data: value, dataJson } : { data: { value } };
  }
  if (mediaType === 'application/x-www-form-urlencoded') return { data: parseForm(body) };
  const isText = isTextType(mediaType) && isUtf8(body);
  return { data: isText ? { text: body.toString('utf8') } : { base64: body.toString('base64') } };
}

/** `application/json`, `text/json`, `application/problem+json`. */
export function isJsonType(mediaType: string): boolean {
  return /^(?:application|text)\/json$|\+json$/.test(mediaType);
}

function isTextType(mediaType: string): boolean {
  return /^text\/|^application\/xml$|\+xml$/.test(mediaType);
}
