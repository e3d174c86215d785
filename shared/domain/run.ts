import { z } from 'zod';
import { type JsonObject, JsonObjectSchema } from './json.ts';

const timestamp = z.iso.datetime();

export const RunErrorSchema = z.strictObject({ code: z.string(), message: z.string() });
export type RunError = z.infer<typeof RunErrorSchema>;

/** An attempt that has ended. `interrupted`: its process died or lost its message's lock. */
const AttemptSchema = z.strictObject({
  attempt: z.number().int().positive(),
  startedAt: timestamp,
  endedAt: timestamp,
  outcome: z.enum(['succeeded', 'failed', 'interrupted']),
  error: RunErrorSchema.optional(),
});

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
  z.strictObject({ ...base, status: z.literal('queued'), nextAttempt: attempt, dueAt: timestamp }),
  z.strictObject({
    ...base,
    status: z.literal('running'),
    attempt,
    startedAt: timestamp,
    claim: z.strictObject({ sequence: z.number(), delivery: z.number() }),
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
  z.strictObject({ ...base, status: z.literal('skipped'), endedAt: timestamp, reason: z.string() }),
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
type RunBase = Omit<RunOf<'skipped'>, 'status' | 'endedAt' | 'reason'>;

export const RUN_STATUSES = RunSchema.options.map((option) => option.shape.status.value);

export type EndedRun = RunOf<'succeeded' | 'failed' | 'skipped' | 'cancelled'>;

export function isEnded(run: Run): run is EndedRun {
  return run.status !== 'queued' && run.status !== 'running' && run.status !== 'waiting';
}

/** Attempts that the actor itself failed; an interruption is not the actor's fault. */
export function countFailures(run: Run): number {
  return run.attempts.filter(({ outcome }) => outcome === 'failed').length;
}

/** The fields that every status has; what belongs to one status alone stays behind. */
function toBase(run: Run, now: string): RunBase {
  const { id, trigger, actor, source, eventId, eventKey, eventType, eventTypeRoot } = run;
  const { createdAt, isReplay, state, attempts } = run;
  return {
    ...{ id, trigger, actor, source, eventId, eventKey, eventType, eventTypeRoot },
    ...{ createdAt, isReplay, state, attempts, updatedAt: now },
  };
}

export type NewRun = Omit<RunBase, 'createdAt' | 'updatedAt' | 'state' | 'attempts'>;

function createBase(fresh: NewRun, now: string): RunBase {
  return { ...fresh, createdAt: now, updatedAt: now, state: {}, attempts: [] };
}

/** A run recorded to be executed later, by a message of its own. */
export function createQueuedRun(fresh: NewRun, now: string): RunOf<'queued'> {
  return { ...createBase(fresh, now), status: 'queued', nextAttempt: 1, dueAt: now };
}

/** A run recorded and begun in one write. */
export function createRunningRun(fresh: NewRun, claim: Claim, now: string): RunOf<'running'> {
  return { ...createBase(fresh, now), status: 'running', attempt: 1, startedAt: now, claim };
}

/** queued → running, or running → running where the delivery that ran it is gone. */
export function startAttempt(
  run: RunOf<'queued' | 'running'>,
  claim: Claim,
  now: string,
): RunOf<'running'> {
  const started = { status: 'running' as const, startedAt: now, claim };
  if (run.status === 'queued') {
    return { ...toBase(run, now), ...started, attempt: run.nextAttempt };
  }
  const attempts = endAttempt(run, now, 'interrupted');
  return { ...toBase(run, now), attempts, ...started, attempt: run.attempt + 1 };
}

function endAttempt(
  run: RunOf<'running'>,
  now: string,
  outcome: z.infer<typeof AttemptSchema>['outcome'],
  error?: RunError,
): Run['attempts'] {
  const { attempt: number, startedAt } = run;
  const ended = { attempt: number, startedAt, endedAt: now, outcome };
  return [...run.attempts, error ? { ...ended, error } : ended];
}

/** What the actor has changed meanwhile. */
export function withState(run: RunOf<'running'>, state: JsonObject): RunOf<'running'> {
  return { ...run, state };
}

export function succeedRun(
  run: RunOf<'running'>,
  output: unknown,
  now: string,
): RunOf<'succeeded'> {
  const attempts = endAttempt(run, now, 'succeeded');
  return { ...toBase(run, now), attempts, status: 'succeeded', endedAt: now, output };
}

/** running → queued: the attempt failed and another is due later. */
export function requeueRun(
  run: RunOf<'running'>,
  error: RunError,
  now: string,
  dueAt: string,
): RunOf<'queued'> {
  const attempts = endAttempt(run, now, 'failed', error);
  const nextAttempt = run.attempt + 1;
  return { ...toBase(run, now), attempts, status: 'queued', nextAttempt, dueAt };
}

/** Any unfinished run → failed. */
export function failRun(
  run: Exclude<Run, EndedRun>,
  error: RunError,
  now: string,
): RunOf<'failed'> {
  const attempts = run.status === 'running' ? endAttempt(run, now, 'failed', error) : run.attempts;
  return { ...toBase(run, now), attempts, status: 'failed', endedAt: now, error };
}

/** A run whose message is given up → failed. The attempt that the message was for counts as begun. */
export function exhaustRun(
  run: RunOf<'queued' | 'running'>,
  error: RunError,
  now: string,
): RunOf<'failed'> {
  const attempts =
    run.status === 'running'
      ? endAttempt(run, now, 'interrupted')
      : [
          ...run.attempts,
          {
            ...{ attempt: run.nextAttempt, startedAt: now, endedAt: now },
            outcome: 'interrupted' as const,
          },
        ];
  return { ...toBase(run, now), attempts, status: 'failed', endedAt: now, error };
}

/** failed → queued: somebody wants it tried again, whatever its policy says. */
export function reopenRun(run: RunOf<'failed'>, now: string): RunOf<'queued'> {
  const nextAttempt = (run.attempts.at(-1)?.attempt ?? 0) + 1;
  return { ...toBase(run, now), status: 'queued', nextAttempt, dueAt: now };
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
