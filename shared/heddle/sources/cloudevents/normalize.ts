import { MAX_SUBJECT_CHARS } from '../../domain/event.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { toEventType } from '../../domain/names.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createMalformedError, parseJson, parseText, toMediaType } from '../body.ts';
import { parseBase64 } from '../hmac.ts';
import { toFields, toTime } from '../read.ts';
import type { Outcome, SourceEvent, WebhookRequest } from '../source.ts';
import {
  type Attributes,
  readHeaderAttributes,
  readMemberAttributes,
  toUniqueId,
} from './attributes.ts';
import { isJsonType, type Payload, parsePayload } from './payload.ts';

/**
 * Parses a request of any of the three modes; the media type tells them apart.
 * @throws {RejectedError} 400 for anything but a CloudEvent 1.0, 415 for formats other than JSON
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping
 */
export function normalizeCloudEvents(request: WebhookRequest): Outcome {
  const contentType = request.headers.get('content-type');
  const mediaType = toMediaType(contentType);
  if (!mediaType.startsWith('application/cloudevents')) {
    const payload = parsePayload(request.body, contentType);
    return { events: [toEvent(readHeaderAttributes(request), payload)] };
  }
  if (mediaType === 'application/cloudevents+json') {
    return { events: [parseEvent(parseJson(parseText(request.body)))] };
  }
  if (mediaType === 'application/cloudevents-batch+json') return parseBatch(request.body);
  const message = 'CloudEvents must be binary, structured or batched, and their format JSON.';
  throw new RejectedError('media_type_unsupported', message);
}

/** Takes all events or none: a batch is one delivery, which the sender repeats as a whole. */
function parseBatch(body: Buffer): Outcome {
  const batch = parseJson(parseText(body));
  if (!Array.isArray(batch)) throw createMalformedError('The batch is not a list.');
  return { events: batch.map(parseEvent) };
}

function parseEvent(event: unknown): SourceEvent {
  if (!isJsonObject(event)) throw createMalformedError('The CloudEvent is not a JSON object.');
  const attributes = readMemberAttributes(event);
  return toEvent(attributes, readPayload(event, attributes));
}

function readPayload(event: JsonObject, attributes: Attributes): Payload {
  const encoded = event.data_base64 ?? undefined;
  const contentType = String(attributes.get('datacontenttype') ?? '');
  if (encoded !== undefined) {
    if (Object.hasOwn(event, 'data')) throw createMalformedError('The CloudEvent has data twice.');
    return parsePayload(decode(encoded), contentType);
  }
  const { data } = event;
  if (data === undefined) return { data: {} };
  if (isJsonObject(data)) return { data };
  // The default type is JSON.
  const isJson = contentType === '' || isJsonType(toMediaType(contentType));
  return { data: typeof data === 'string' && !isJson ? { text: data } : { value: data } };
}

function decode(encoded: unknown): Buffer {
  const bytes = typeof encoded === 'string' ? parseBase64(encoded) : undefined;
  if (bytes !== undefined) return bytes;
  if (encoded === '') return Buffer.alloc(0);
  throw createMalformedError('The data_base64 of the CloudEvent is not base64.');
}

function toEvent(attributes: Attributes, payload: Payload): SourceEvent {
  if (attributes.get('specversion') !== '1.0') {
    throw createMalformedError('This is no CloudEvent of specversion 1.0.');
  }
  const source = readRequired(attributes, 'source');
  const id = readRequired(attributes, 'id');
  const type = readRequired(attributes, 'type');
  const time = toTime(readText(attributes, 'time'));
  const subject = readText(attributes, 'subject');
  return {
    id: toUniqueId(source, id),
    type: toEventType(type) ?? type,
    ...(subject !== undefined && subject.length <= MAX_SUBJECT_CHARS ? { subject } : {}),
    ...(time === undefined ? {} : { time }),
    fields: toEventFields(attributes),
    ...payload,
  };
}

function readRequired(attributes: Attributes, name: string): string {
  const value = readText(attributes, name);
  if (value) return value;
  throw createMalformedError(`The CloudEvent has no ${name}.`);
}

function readText(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * Extensions and optional attributes keep their names. `source` and `id` have other meanings in
 * Heddle, so these become `ce_source` and `ce_id`; no attribute's name has an underscore.
 */
function toEventFields(attributes: Attributes): JsonObject {
  const { specversion, source, id, type, time, ...others } = Object.fromEntries(attributes);
  return toFields({ ...others, ce_source: source, ce_id: id });
}
