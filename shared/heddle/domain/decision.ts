import { z } from 'zod';
import { FannedOutSchema } from './for-each.ts';

/** Maximum length of the shown `expected` and `found`, in characters of JSON. */
export const MAX_SHOWN_CHARS = 200;

/** Decisions kept with an event. The bound keeps a sender from making a record grow without end. */
export const MAX_DECISIONS = 50;

const base = { trigger: z.string() };

/** Why a trigger did or did not run for an event. Stored on the event's record. */
const DecisionSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    ...base,
    outcome: z.literal('matched'),
    /** With `forEach` the run of the first item. */
    runId: z.string(),
    forEach: FannedOutSchema.optional(),
  }),
  z.strictObject({
    ...base,
    outcome: z.literal('unmatched'),
    /** The path of the clause in the trigger: `conditions.labels.severity`. */
    clause: z.string(),
    /** JSON text of the value that the clause requires. */
    expected: z.string(),
    /** JSON text of the event's value; absent where the event has none. */
    found: z.string().optional(),
  }),
  /** The trigger failed while it was matched. */
  z.strictObject({ ...base, outcome: z.literal('error'), message: z.string() }),
  /** No trigger has the event's source. */
  z.strictObject({
    trigger: z.never().optional(),
    outcome: z.literal('unrouted'),
    /** JSON text of the sources of all triggers. */
    expected: z.string(),
    found: z.string(),
  }),
]);
export type Decision = z.infer<typeof DecisionSchema>;

export type Redact = (text: string) => string;

/** Bounds the text that is redacted: no secret that begins in the shown part is longer. */
const MAX_REDACTED_CHARS = 20_000;

/** JSON text of a value, for a person, cut to {@link MAX_SHOWN_CHARS}. */
export function toShown(value: unknown, redact?: Redact): string {
  return toShownText(JSON.stringify(value) ?? String(value), redact);
}

/** A text for a person, cut to {@link MAX_SHOWN_CHARS}. */
export function toShownText(text: string, redact: Redact = (whole) => whole): string {
  // Redacted before it is cut: half a secret would not be recognized.
  const safe = redact(text.slice(0, MAX_REDACTED_CHARS));
  return safe.length <= MAX_SHOWN_CHARS ? safe : `${safe.slice(0, MAX_SHOWN_CHARS - 1)}…`;
}
