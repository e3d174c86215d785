import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { toEventId } from '../../domain/names.ts';
import { createMalformedError } from '../body.ts';
import type { WebhookRequest } from '../source.ts';

/**
 * The context of a CloudEvent: its attributes and extensions by their names, without its data.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes
 */
export type Attributes = ReadonlyMap<string, string | number | boolean>;

const PREFIX = 'ce-';

/** Allowed names: lower-case letters and digits. The specification recommends at most 20. */
const NAME = /^[a-z0-9]{1,64}$/;

/** `data` may not be an attribute, and Content-Type replaces `datacontenttype`. */
const RESERVED: ReadonlySet<string> = new Set(['data', 'datacontenttype']);

/** Attributes that are read even if the header names cannot be listed. */
const KNOWN = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema'] as const;

/**
 * Reads the attributes of binary mode, one header each. A header whose name cannot be an
 * attribute's is ignored.
 * @throws {RejectedError} 400 for a value that is not well encoded
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#313-metadata-headers
 */
export function readHeaderAttributes({ headers }: WebhookRequest): Attributes {
  const attributes = new Map<string, string>();
  for (const name of new Set([...KNOWN, ...listNames(headers)])) {
    const value = headers.get(`${PREFIX}${name}`);
    if (value) attributes.set(name, checkText(decodeHeader(value)));
  }
  const contentType = headers.get('content-type');
  if (contentType) attributes.set('datacontenttype', contentType);
  return attributes;
}

function listNames(headers: WebhookRequest['headers']): readonly string[] {
  return [...headers.keys()]
    .map((header) => header.toLowerCase())
    .filter((header) => header.startsWith(PREFIX))
    .map((header) => header.slice(PREFIX.length))
    .filter((name) => NAME.test(name) && !RESERVED.has(name));
}

/**
 * Reads the attributes of the structured modes, which are members of the event. Null means not set;
 * a member whose name cannot be an attribute's is ignored.
 * @throws {RejectedError} 400 for a list or an object: attributes are scalar
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function readMemberAttributes(event: JsonObject): Attributes {
  const attributes = new Map<string, string | number | boolean>();
  for (const [name, value] of Object.entries(event)) {
    if (name === 'data' || value === null || !NAME.test(name)) continue;
    attributes.set(name, checkScalar(value));
  }
  return attributes;
}

function checkScalar(value: Exclude<Json, null>): string | number | boolean {
  if (typeof value === 'string') return checkText(value);
  if (!isJsonObject(value) && !Array.isArray(value)) return value as number | boolean;
  throw createMalformedError('An attribute of a CloudEvent is neither text, number nor boolean.');
}

/** Refuses control characters and lone surrogates, which CloudEvents do not allow. */
function checkText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are looked for.
  if (text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return text;
  throw createMalformedError('An attribute of a CloudEvent has characters that are not allowed.');
}

/**
 * Percent-decodes once, and removes the quotes that HTTP allows. A percent sign that encodes
 * nothing is kept; bytes that are not UTF-8, `%C0%A0` among them, are refused.
 */
function decodeHeader(value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)?.[1];
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/gs, '$1');
  try {
    return plain.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => decodeURIComponent(encoded));
  } catch {
    throw createMalformedError('A header of a CloudEvent is not percent-encoded UTF-8.');
  }
}

/**
 * A CloudEvent's id is unique only within its `source`, so the two are joined: `/orders|a1`. A
 * digest replaces the pair if it would be too long, ambiguous or not printable.
 */
export function toUniqueId(source: string, id: string): string {
  const both = `${source}|${id}`;
  if (!source.includes('|') && toEventId(both) === both) return both;
  return createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('hex');
}
