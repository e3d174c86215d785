import type { JsonObject } from './json.ts';
import type { Held } from './limits.ts';
import type { Claim, EndedRun, Run, RunBase, RunError, RunOf } from './run.ts';
import { withoutLog } from './run-notes.ts';

/** Fields that every status has. Fields of a single status are dropped. */
function toBase(run: Run, now: string): RunBase {
  const { id, trigger, actor, source, eventId, eventKey, eventType, eventTypeRoot } = run;
  const { createdAt, isReplay, state, attempts } = run;
  return {
    ...{ id, trigger, actor, source, eventId, eventKey, eventType, eventTypeRoot },
    ...{ createdAt, isReplay, state, attempts, updatedAt: now },
    ...pick(run, OPTIONAL),
  };
}

const OPTIONAL = [
  ...(['replay', 'triggerVersion', 'depth', 'causedByReplay', 'gathered', 'item'] as const),
  ...(['slots', 'emptyKeys', 'event', 'input', 'inputIs', 'lostPaths'] as const),
] as const;

/** Omits absent keys, since a document has no undefined. */
function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  const picked: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key];
  return picked as Pick<T, K>;
}

/** As {@link toBase}, for a run that has ended and no longer needs its event. */
function toEndedBase(run: Run, now: string): RunBase {
  const { event: _event, ...ended } = toBase(run, now);
  return ended;
}

export type NewRun = Omit<RunBase, 'createdAt' | 'updatedAt' | 'state' | 'attempts'>;

function createBase(fresh: NewRun, now: string): RunBase {
  return { ...fresh, createdAt: now, updatedAt: now, state: {}, attempts: [] };
}

/** Creates a run to be executed later, by a message of its own. */
export function createQueuedRun(fresh: NewRun, now: string): RunOf<'queued'> {
  return { ...createBase(fresh, now), status: 'queued', nextAttempt: 1, dueAt: now };
}

/** Creates a run and begins it in one write. */
export function createRunningRun(fresh: NewRun, claim: Claim, now: string): RunOf<'running'> {
  return { ...createBase(fresh, now), status: 'running', attempt: 1, startedAt: now, claim };
}

/** queued → running, or running → running when the delivery that ran it is gone. */
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
  outcome: Run['attempts'][number]['outcome'],
  error?: RunError,
): Run['attempts'] {
  const { attempt: number, startedAt } = run;
  const ended = { attempt: number, startedAt, endedAt: now, outcome };
  return [...run.attempts, error ? { ...ended, error } : ended];
}

/** running → queued: the delivery that ran it is gone, and it has to acquire its slot again. */
export function interruptRun(run: RunOf<'running'>, now: string): RunOf<'queued'> {
  const attempts = endAttempt(run, now, 'interrupted');
  return {
    ...{ ...toBase(run, now), attempts, status: 'queued' },
    ...{ nextAttempt: run.attempt + 1, dueAt: now },
  };
}

/** skipped → queued: the run that was to gather its event began without it. */
export function unskipRun(run: RunOf<'skipped'>, now: string): RunOf<'queued'> {
  return { ...toBase(run, now), status: 'queued', nextAttempt: 1, dueAt: now };
}

/** Sets the state that the actor has changed. */
export function withState(run: RunOf<'running'>, state: JsonObject): RunOf<'running'> {
  return { ...run, state };
}

export function succeedRun(
  run: RunOf<'running'>,
  output: unknown,
  now: string,
): RunOf<'succeeded'> {
  const attempts = endAttempt(run, now, 'succeeded');
  return { ...toEndedBase(run, now), attempts, status: 'succeeded', endedAt: now, output };
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
  return { ...toEndedBase(run, now), attempts, status: 'failed', endedAt: now, error };
}

/** A run whose message was given up → failed. The message's attempt counts as begun. */
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
  return { ...toEndedBase(run, now), attempts, status: 'failed', endedAt: now, error };
}

/** failed → queued: a resubmission, whatever the retry policy says. */
export function reopenRun(run: RunOf<'failed'>, now: string): RunOf<'queued'> {
  const nextAttempt = (run.attempts.at(-1)?.attempt ?? 0) + 1;
  return { ...toBase(run, now), status: 'queued', nextAttempt, dueAt: now };
}

/** queued → queued: a limit keeps it from beginning. */
export function holdRun(run: RunOf<'queued'>, held: Held, now: string): RunOf<'queued'> {
  return { ...run, held, updatedAt: now };
}

/** queued → skipped: it no longer has anything to wait for. */
export function skipRun(run: RunOf<'queued'>, held: Held, now: string): RunOf<'skipped'> {
  return { ...toEndedBase(run, now), status: 'skipped', endedAt: now, reason: held.limit, held };
}

/**
 * queued → queued, with one more event; an event that it has already changes nothing. The run is as
 * deep as its deepest event, so that loops through windows that other events opened are detected.
 */
export function gatherEvent(
  run: RunOf<'queued'>,
  { eventKey, depth = 0 }: Pick<Run, 'eventKey' | 'depth'>,
  dueAt: string,
  now: string,
): RunOf<'queued'> {
  const { members, openedAt } = run.gathered ?? { members: [], openedAt: run.createdAt };
  if (members.includes(eventKey)) return run;
  const deeper = depth > (run.depth ?? 0) ? { depth } : {};
  const gathered = { members: [...members, eventKey], openedAt };
  return { ...run, ...deeper, gathered, dueAt, updatedAt: now };
}

/** Notes that a key of the trigger has rendered nothing for the run's event. */
export function withEmptyKey<R extends { readonly emptyKeys?: string[] | undefined }>(
  run: R,
  place: string,
): R {
  const { emptyKeys = [] } = run;
  return emptyKeys.includes(place) ? run : { ...run, emptyKeys: [...emptyKeys, place] };
}

/** Any unfinished run → cancelled. */
export function cancelRun(
  run: Exclude<Run, EndedRun>,
  reason: string,
  now: string,
): RunOf<'cancelled'> {
  const attempts = run.status === 'running' ? endAttempt(run, now, 'interrupted') : run.attempts;
  return { ...toEndedBase(run, now), attempts, status: 'cancelled', endedAt: now, reason };
}

/** Removes the data of an ended run whose trigger keeps none; outcome, attempts and ids remain. */
export function withoutData({ input: _input, inputIs: _inputIs, ...whole }: Run): Run {
  const run = { ...whole, state: {}, attempts: whole.attempts.map(withoutLog) } as Run;
  if (run.status === 'succeeded') return { ...run, output: null };
  return run.status === 'skipped' ? { ...run, ...withoutKey(run) } : run;
}

/** The key is made from the payload. */
function withoutKey({ held }: RunOf<'skipped'>): Pick<RunOf<'skipped'>, 'held'> {
  if (!held) return {};
  const { key: _key, ...rest } = held;
  return { held: rest };
}
