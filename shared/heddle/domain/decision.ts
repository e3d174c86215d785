import { z } from 'zod';

/** What a clause expected and found, cut to this many characters of JSON. */
export const MAX_SHOWN_CHARS = 200;

/** Decisions kept with an event; a sender cannot make a record grow without bound. */
export const MAX_DECISIONS = 50;

const base = { trigger: z.string() };

/** Why a trigger did or did not run for an event. Stored on the event's record. */
const DecisionSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ ...base, outcome: z.literal('matched'), runId: z.string() }),
  z.strictObject({
    ...base,
    outcome: z.literal('unmatched'),
    /** The path of the clause in the trigger: `conditions.labels.severity`. */
    clause: z.string(),
    /** JSON text of what the clause asks for. */
    expected: z.string(),
    /** JSON text of what the event has there; absent where it has nothing. */
    found: z.string().optional(),
  }),
  /** The trigger could not say whether it matches. */
  z.strictObject({ ...base, outcome: z.literal('error'), message: z.string() }),
  /** No trigger has the event's source. */
  z.strictObject({
    trigger: z.never().optional(),
    outcome: z.literal('unrouted'),
    /** JSON text of the sources that triggers have. */
    expected: z.string(),
    found: z.string(),
  }),
]);
export type Decision = z.infer<typeof DecisionSchema>;

export type Redact = (text: string) => string;

/** A payload is not gone through for more: no secret that begins within what is shown is longer. */
const MAX_REDACTED_CHARS = 20_000;

/** JSON text of a value for a person to read, cut to {@link MAX_SHOWN_CHARS}. */
export function toShown(value: unknown, redact?: Redact): string {
  return toShownText(JSON.stringify(value) ?? String(value), redact);
}

/** A text for a person to read, cut to {@link MAX_SHOWN_CHARS}. */
export function toShownText(text: string, redact: Redact = (whole) => whole): string {
  // Redacted before it is cut: half a secret would not be recognized.
  const safe = redact(text.slice(0, MAX_REDACTED_CHARS));
  return safe.length <= MAX_SHOWN_CHARS ? safe : `${safe.slice(0, MAX_SHOWN_CHARS - 1)}…`;
}
