import { z } from 'zod';
import { POLL_SOURCE } from './built-in-sources.ts';
import { type Json, type JsonObject, JsonObjectSchema } from './json.ts';
import { MAX_ID_CHARS, MAX_TYPE_CHARS } from './names.ts';

/** With milliseconds and in UTC, `2026-11-21T08:30:00.123Z`, so that text order is time order. */
const TimestampSchema = z.iso.datetime();

export const MAX_SUBJECT_CHARS = 1024;

/**
 * An event: a CloudEvents 1.0 envelope and what verification and normalization add to it.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export const EventSchema = z.strictObject({
  /** The sender's delivery id, if it has one. Unique within `source`. */
  id: z.string().min(1).max(MAX_ID_CHARS),
  /** Name of the source that received it: `github`. */
  source: z.string().min(1).max(128),
  /** Dotted, from general to specific: `pull_request.opened`. */
  type: z.string().min(1).max(MAX_TYPE_CHARS),
  /** Subject of the event, in the sender's words: `octo-org/hello-world`. */
  subject: z.string().max(MAX_SUBJECT_CHARS).optional(),
  /** Time of the event by the sender's clock. */
  time: TimestampSchema,
  /** The payload as the sender gave it. */
  data: JsonObjectSchema,
  /** Normalized, snake_case values: `base_branch`, `alarm_name`. */
  fields: JsonObjectSchema,
  /** Whether the sender was authenticated. */
  verified: z.boolean(),
  /** Time of receipt by Heddle's clock. */
  receivedAt: TimestampSchema,
  /** A second delivery with the same key is a duplicate. */
  dedupeKey: z.string().min(1),
  /** W3C trace context of the request that brought it. */
  traceparent: z.string().optional(),
  /** The run that caused it, by its end or by emitting it. */
  causedBy: z.string().optional(),
  /** Length of the chain of runs that led to it; absent: none. */
  depth: z.number().int().nonnegative().optional(),
  /** A run of this chain was a replay. */
  causedByReplay: z.literal(true).optional(),
});
export type Event = z.infer<typeof EventSchema>;

/**
 * The type by which triggers are found. What a poll finds is for its own trigger, which is the
 * subject, whatever has happened; of an event stored by an earlier version that is its type too.
 */
export function toRoutedType({
  source,
  type,
  subject,
}: Pick<Event, 'source' | 'type' | 'subject'>) {
  return source === POLL_SOURCE ? (subject ?? type) : type;
}

/**
 * The `event` of conditions and templates: the payload, with each normalized field added unless the
 * payload has that key, and the normalized map alone under `fields`. It has no prototype, so a name
 * chosen by a sender or a trigger can reach data only.
 */
export function toEventView(event: Pick<Event, 'data' | 'fields'>): JsonObject {
  const view: Record<string, Json> = Object.create(null);
  view.fields = event.fields;
  return Object.assign(view, event.fields, event.data);
}
