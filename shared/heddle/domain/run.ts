import { z } from 'zod';
import { EventSchema } from './event.ts';
import { JsonObjectSchema } from './json.ts';
import { HeldSchema } from './limits.ts';

const timestamp = z.iso.datetime();

const RunErrorSchema = z.strictObject({ code: z.string(), message: z.string() });
export type RunError = z.infer<typeof RunErrorSchema>;

/** An attempt that has ended. `interrupted`: its process died or lost its message's lock. */
const AttemptSchema = z.strictObject({
  attempt: z.number().int().positive(),
  startedAt: timestamp,
  endedAt: timestamp,
  outcome: z.enum(['succeeded', 'failed', 'interrupted']),
  error: RunErrorSchema.optional(),
});

/** Whose events it has taken in instead of one alone, while it waits for more and after. */
const GatheredSchema = z.strictObject({
  /** Keys of the events, in the order of their coming. */
  members: z.array(z.string()),
  openedAt: timestamp,
});
export type Gathered = z.infer<typeof GatheredSchema>;

/** Where a replayed run comes from. */
const ReplaySchema = z.strictObject({
  /** The run that is done again; absent where the event's was none. */
  runId: z.string().optional(),
  /** The replay by query that it belongs to. */
  replayId: z.string().optional(),
  /** Whether the trigger is the one of then, by {@link base.triggerVersion}, or of now. */
  uses: z.enum(['original', 'present']),
});
export type Replay = z.infer<typeof ReplaySchema>;

const base = {
  id: z.string(),
  trigger: z.string(),
  actor: z.string(),
  source: z.string(),
  eventId: z.string(),
  eventKey: z.string(),
  eventType: z.string(),
  /** The first part of the type. */
  eventTypeRoot: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  isReplay: z.boolean(),
  replay: ReplaySchema.optional(),
  /** Under which the trigger is kept as it was when the run was made. */
  triggerVersion: z.string().optional(),
  /** Runs that led to it, one by the other; absent: none. */
  depth: z.number().int().nonnegative().optional(),
  /** One of these runs was a replay. */
  causedByReplay: z.literal(true).optional(),
  /** Of a trigger with `debounce` or `batch`. */
  gathered: GatheredSchema.optional(),
  /** Where it has, or had, a place among so many at once. */
  slots: z
    .array(
      z.strictObject({
        id: z.string(),
        max: z.number(),
        /** Of the place that runs of the same input share: what tells inputs apart. */
        inputHash: z.string().optional(),
      }),
    )
    .optional(),
  /** The event itself, where its record has no payload; gone when the run has ended. */
  event: EventSchema.optional(),
  /** What the actor has saved with `updateState`; survives attempts. */
  state: JsonObjectSchema,
  attempts: z.array(AttemptSchema),
};

const attempt = z.number().int().positive();

/**
 * One execution of one actor for one (event, trigger).
 *
 * A running run belongs to the delivery that claimed it: the queue's sequence number and delivery
 * count. Only a later delivery of the same message, which the queue makes when the lock of the
 * earlier one has gone, or the message of its retry may take it over; any other message that finds
 * it leaves it alone.
 */
export const RunSchema = z.discriminatedUnion('status', [
  z.strictObject({
    ...base,
    status: z.literal('queued'),
    nextAttempt: attempt,
    dueAt: timestamp,
    /** What keeps it from beginning, beside `dueAt`. */
    held: HeldSchema.optional(),
  }),
  z.strictObject({
    ...base,
    status: z.literal('running'),
    attempt,
    startedAt: timestamp,
    claim: z.strictObject({
      sequence: z.number(),
      delivery: z.number(),
      /** The message's id, which it has in a dead-letter queue as well. */
      message: z.string().optional(),
    }),
  }),
  z.strictObject({ ...base, status: z.literal('waiting'), attempt, awaitId: z.string() }),
  z.strictObject({
    ...base,
    status: z.literal('succeeded'),
    endedAt: timestamp,
    output: z.unknown(),
  }),
  z.strictObject({
    ...base,
    status: z.literal('failed'),
    endedAt: timestamp,
    error: RunErrorSchema,
  }),
  z.strictObject({
    ...base,
    status: z.literal('skipped'),
    endedAt: timestamp,
    reason: z.string(),
    held: HeldSchema.optional(),
  }),
  z.strictObject({
    ...base,
    status: z.literal('cancelled'),
    endedAt: timestamp,
    reason: z.string(),
  }),
]);
export type Run = z.infer<typeof RunSchema>;
export type RunStatus = Run['status'];
export type RunOf<S extends RunStatus> = Extract<Run, { status: S }>;
export type Claim = RunOf<'running'>['claim'];
export type RunBase = Omit<RunOf<'skipped'>, 'status' | 'endedAt' | 'reason' | 'held'>;

export const RUN_STATUSES = RunSchema.options.map((option) => option.shape.status.value);

export type EndedRun = RunOf<'succeeded' | 'failed' | 'skipped' | 'cancelled'>;

export function isEnded(run: Run): run is EndedRun {
  return run.status !== 'queued' && run.status !== 'running' && run.status !== 'waiting';
}

/** Attempts that the actor itself failed; an interruption is not the actor's fault. */
export function countFailures(run: Run): number {
  return run.attempts.filter(({ outcome }) => outcome === 'failed').length;
}

/** Of a run that is executed before its message is due: whatever delivers that may take it over. */
const INLINE_DELIVERY = 0;

/** Whether the delivery that holds `claim` may execute a run that `held` has. See {@link RunSchema}. */
export function mayTakeOver(held: Claim, claim: Claim): boolean {
  const isSameMessage = held.sequence === claim.sequence || held.delivery === INLINE_DELIVERY;
  return isSameMessage && held.delivery < claim.delivery;
}

/** Whether the run is being executed under this very claim. */
export function holds(run: Run, claim: Claim): run is RunOf<'running'> {
  if (run.status !== 'running') return false;
  return run.claim.sequence === claim.sequence && run.claim.delivery === claim.delivery;
}
