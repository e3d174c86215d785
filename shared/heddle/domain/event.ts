import { z } from 'zod';
import { type Json, type JsonObject, JsonObjectSchema } from './json.ts';

/** Milliseconds are kept: `2026-11-21T08:30:00.123Z`, always UTC, so that text order is time order. */
const TimestampSchema = z.iso.datetime();

export const MAX_SUBJECT_CHARS = 1024;

/**
 * An event: a CloudEvents 1.0 envelope and what verification and normalization add to it.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export const EventSchema = z.strictObject({
  /** The sender's delivery id where it has one. Unique within `source`. */
  id: z.string().min(1).max(512),
  /** The source that received it: `github`. */
  source: z.string().min(1).max(128),
  /** Dotted, from general to special: `pull_request.opened`. */
  type: z.string().min(1).max(256),
  /** What the event is about, in the sender's words: `octo-org/hello-world`. */
  subject: z.string().max(MAX_SUBJECT_CHARS).optional(),
  /** When it happened, by the sender's clock. */
  time: TimestampSchema,
  /** The payload as the sender gave it. */
  data: JsonObjectSchema,
  /** Normalized, snake_case values: `base_branch`, `alarm_name`. */
  fields: JsonObjectSchema,
  /** Whether the sender was authenticated. */
  verified: z.boolean(),
  /** When Heddle took it in, by Heddle's clock. */
  receivedAt: TimestampSchema,
  /** What makes a second delivery a duplicate. */
  dedupeKey: z.string().min(1),
  /** W3C trace context of the request that brought it. */
  traceparent: z.string().optional(),
  /** The run that has caused it, by its end or by what it emitted. */
  causedBy: z.string().optional(),
  /** Runs that led to it, one by the other; absent: none. */
  depth: z.number().int().nonnegative().optional(),
  /** One of these runs was a replay. */
  causedByReplay: z.literal(true).optional(),
});
export type Event = z.infer<typeof EventSchema>;

/**
 * What conditions and templates call `event`: the payload, with the normalized fields added where
 * the payload has no such key, and the normalized map alone under `fields`. No prototype, so that
 * no name a sender or a trigger invents reaches anything but data.
 */
export function toEventView(event: Pick<Event, 'data' | 'fields'>): JsonObject {
  const view: Record<string, Json> = Object.create(null);
  view.fields = event.fields;
  return Object.assign(view, event.fields, event.data);
}
