import { z } from 'zod';
import { EventSchema } from './event.ts';
import { RunItemSchema } from './for-each.ts';
import { JsonObjectSchema } from './json.ts';
import { HeldSchema } from './limits.ts';

const timestamp = z.iso.datetime();

const RunErrorSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** Stack of an error that an actor threw, the frames of its own code first. */
  stack: z.string().optional(),
});
export type RunError = z.infer<typeof RunErrorSchema>;

/** A line that an attempt has logged. */
const LogLineSchema = z.strictObject({
  at: timestamp,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type LogLine = z.infer<typeof LogLineSchema>;

/** A path of a mapping that has found nothing. */
const LostPathSchema = z.strictObject({
  /** `inputMapping.id` */
  field: z.string(),
  /** `$.idd` */
  path: z.string(),
  /** Field of the trigger that has set the key all the same: `defaultInputs`. */
  setBy: z.string().optional(),
});
export type LostPath = z.infer<typeof LostPathSchema>;

/** An attempt that has ended. `interrupted`: its process died or lost the lock of its message. */
const AttemptSchema = z.strictObject({
  attempt: z.number().int().positive(),
  startedAt: timestamp,
  endedAt: timestamp,
  outcome: z.enum(['succeeded', 'failed', 'interrupted']),
  error: RunErrorSchema.optional(),
  /** The first and the last lines that it has logged. */
  log: z.array(LogLineSchema).optional(),
  /** Number of its lines that are not kept. */
  logOmitted: z.number().int().positive().optional(),
});
export type Attempt = z.infer<typeof AttemptSchema>;

/** Events that the run gathers, or has gathered, under `debounce` or `batch`. */
const GatheredSchema = z.strictObject({
  /** Keys of the events, in the order of their arrival. */
  members: z.array(z.string()),
  openedAt: timestamp,
});
export type Gathered = z.infer<typeof GatheredSchema>;

/** Origin of a replayed run. */
const ReplaySchema = z.strictObject({
  /** The run that is repeated; absent if the event had none. */
  runId: z.string().optional(),
  /** The replay by query that it belongs to. */
  replayId: z.string().optional(),
  /** Whether the trigger is as it was, by {@link base.triggerVersion}, or as it is now. */
  uses: z.enum(['original', 'present']),
});
export type Replay = z.infer<typeof ReplaySchema>;

/** A slot that a run holds, has held or waits for. */
const SlotOfRunSchema = z.strictObject({
  id: z.string(),
  max: z.number(),
  /** Digest of the input, for the slot shared by runs with the same input. */
  inputHash: z.string().optional(),
  /** Milliseconds, for a place of a throttle. */
  period: z.number().optional(),
  /** Name of the limit that triggers share. */
  limit: z.string().optional(),
  /** The run keeps it while it waits for another. */
  isKept: z.literal(true).optional(),
});
export type SlotOfRun = z.infer<typeof SlotOfRunSchema>;

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
  /** Id of the stored trigger definition that made the run. */
  triggerVersion: z.string().optional(),
  /** Length of the chain of runs that led to it; absent: none. */
  depth: z.number().int().nonnegative().optional(),
  /** A run of this chain was a replay. */
  causedByReplay: z.literal(true).optional(),
  /** Present only with `debounce` or `batch`. */
  gathered: GatheredSchema.optional(),
  /** Present only with `forEach`. */
  item: RunItemSchema.optional(),
  /** Slots that the run holds, has held or waits for. */
  slots: z.array(SlotOfRunSchema).optional(),
  /** Keys of its trigger that have rendered nothing for its event: `dedupe.key`. */
  emptyKeys: z.array(z.string()).optional(),
  /**
   * The event itself, if its record has no payload; with `item` in its data for the run of an item.
   * Removed when the run has ended.
   */
  event: EventSchema.optional(),
  /** State saved by the actor with `updateState`; it survives attempts. */
  state: JsonObjectSchema,
  attempts: z.array(AttemptSchema),
  /** Input that the last attempt gave to its actor, before the actor's schema. See `inputIs`. */
  input: z.unknown().optional(),
  /**
   * `kept`: as `input`; `cut`: its beginning is; `event`: it was the event itself, which is kept
   * already. Absent: no attempt has made one, or it is not kept.
   */
  inputIs: z.enum(['kept', 'cut', 'event']).optional(),
  /** Paths of the trigger's mappings that led nowhere in the last attempt. */
  lostPaths: z.array(LostPathSchema).optional(),
};

const attempt = z.number().int().positive();

/**
 * An execution of one actor for one (event, trigger).
 *
 * A running run belongs to the delivery that claimed it, identified by the queue's sequence number
 * and delivery count. Two messages may take it over: a later delivery of the same message, which
 * the queue makes when the lock of the earlier one is lost, and the message of its retry. Any other
 * message that finds it leaves it alone.
 */
export const RunSchema = z.discriminatedUnion('status', [
  z.strictObject({
    ...base,
    status: z.literal('queued'),
    nextAttempt: attempt,
    dueAt: timestamp,
    /** The limit that keeps it from beginning, besides `dueAt`. */
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
      /** The message's id, which it keeps in a dead-letter queue. */
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

/** Counts the attempts that the actor failed. An interruption is not the actor's fault. */
export function countFailures(run: Run): number {
  return run.attempts.filter(({ outcome }) => outcome === 'failed').length;
}

/** Delivery count of a run executed before its message is due: any delivery may take it over. */
const INLINE_DELIVERY = 0;

/** Whether the delivery of `claim` may take over a run claimed by `held`. See {@link RunSchema}. */
export function mayTakeOver(held: Claim, claim: Claim): boolean {
  const isSameMessage = held.sequence === claim.sequence || held.delivery === INLINE_DELIVERY;
  return isSameMessage && held.delivery < claim.delivery;
}

/** Whether the run is being executed under this claim. */
export function holds(run: Run, claim: Claim): run is RunOf<'running'> {
  if (run.status !== 'running') return false;
  return run.claim.sequence === claim.sequence && run.claim.delivery === claim.delivery;
}
