import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { toEventType } from '../../domain/names.ts';
import { RejectedError } from '../../errors/errors.ts';
import { createMalformedError, parseJson, parseText } from '../body.ts';
import { read, readText, toTime } from '../read.ts';

/** The content of an event in either schema. */
export interface Delivered {
  readonly id: string;
  readonly type: string;
  /** The topic's resource id; for CloudEvents of a publisher, their own source. */
  readonly topic: string | undefined;
  readonly subject: string | undefined;
  readonly time: string | undefined;
  /** Undefined if the event has none. */
  readonly data: Json | undefined;
  /** Bytes of a CloudEvent in base64, instead of `data`. */
  readonly base64?: string;
}

const BATCH = 'application/cloudevents-batch+json';
const SINGLE = 'application/cloudevents+json';
export const MEDIA_TYPES = ['application/json', SINGLE, BATCH];

/** @see https://learn.microsoft.com/azure/event-grid/delivery-and-retry#output-batching */
const MAX_EVENTS = 5000;

/**
 * Parses the events of a delivery, at least one.
 * @throws {RejectedError} 400 or 413; Event Grid does not retry a 400
 */
export function parseDelivery(body: Buffer, mediaType: string): readonly Delivered[] {
  const value = parseJson(parseText(body));
  if (mediaType === SINGLE) return [parseCloudEvent(value)];
  if (!Array.isArray(value) || value.length === 0) {
    throw createMalformedError('The payload is not a list of events.');
  }
  if (value.length > MAX_EVENTS) {
    const message = `A delivery may have ${MAX_EVENTS} events, not ${value.length}.`;
    throw new RejectedError('batch_too_large', message);
  }
  return value.map(mediaType === BATCH ? parseCloudEvent : parseEventGridEvent);
}

/** @see https://learn.microsoft.com/azure/event-grid/event-schema */
function parseEventGridEvent(value: Json): Delivered {
  const event = toObject(value);
  return {
    id: readName(event, 'id'),
    type: readType(event, 'eventType'),
    topic: readText(event, 'topic'),
    subject: readText(event, 'subject'),
    time: toTime(readText(event, 'eventTime')),
    data: read(event, 'data'),
  };
}

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
function parseCloudEvent(value: Json): Delivered {
  const event = toObject(value);
  if (event.specversion !== '1.0') throw createMalformedError('The specversion is not "1.0".');
  const source = readName(event, 'source');
  const base64 = read(event, 'data_base64') ?? undefined;
  if (base64 !== undefined && (typeof base64 !== 'string' || Object.hasOwn(event, 'data'))) {
    throw createMalformedError('An event must have its data as text or as base64.');
  }
  return {
    // An id is unique within its source. The separator is escaped in the source.
    id: `${source.replaceAll('|', '%7C')}|${readName(event, 'id')}`,
    type: readType(event, 'type'),
    topic: source,
    subject: readText(event, 'subject'),
    time: toTime(readText(event, 'time')),
    data: read(event, 'data'),
    ...(base64 === undefined ? {} : { base64 }),
  };
}

function toObject(value: Json): JsonObject {
  if (!isJsonObject(value)) throw createMalformedError('An event is not a JSON object.');
  return value;
}

function readName(event: JsonObject, key: string): string {
  const name = readText(event, key);
  if (name !== undefined && name.trim() !== '') return name;
  throw createMalformedError(`The ${key} of an event is missing.`);
}

function readType(event: JsonObject, key: string): string {
  const name = readName(event, key);
  return toEventType(name) ?? name;
}
