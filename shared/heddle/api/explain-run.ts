import type { Held } from '../domain/limits.ts';
import { countFailures, type Run, type RunOf } from '../domain/run.ts';
import { toLostText, withoutStack } from '../domain/run-notes.ts';
import { RUNS } from '../ports/collections.ts';
import type { RunExplanation } from './explain.ts';
import type { ReadSide } from './list.ts';

/** Describes a run's state and the limit that holds it. */
export async function explainRun({ store, clock }: ReadSide, run: Run): Promise<RunExplanation> {
  const held = run.status === 'queued' || run.status === 'skipped' ? run.held : undefined;
  const other = held?.by === undefined ? undefined : await store.read(RUNS, held.by);
  const instead = other && { id: other.document.id, status: other.document.status };
  const { lostPaths = [] } = run;
  const text = [
    `run ${run.id} ${describe(run, clock.now())}${toEmptyKeys(run)}`,
    ...(instead ? [`instead: run ${instead.id}, ${instead.status}`] : []),
    ...lostPaths.map(toLostText),
  ].join('; ');
  return {
    ...{ id: run.id, trigger: run.trigger, status: run.status, text },
    ...(held ? { held } : {}),
    ...(instead ? { instead } : {}),
    ...(run.status === 'failed' ? { error: withoutStack(run.error) } : {}),
    ...(lostPaths.length === 0 ? {} : { lostPaths }),
  };
}

function describe(run: Run, now: number): string {
  switch (run.status) {
    case 'queued':
      return describeQueued(run, now);
    case 'running':
      return `is executed since ${run.startedAt}${toAttempt(run.attempt)}`;
    case 'waiting':
      return `sleeps until what it awaits has come${toAttempt(run.attempt)}`;
    case 'succeeded':
      return `succeeded at ${run.endedAt}${toAttempt(run.attempts.at(-1)?.attempt ?? 1)}`;
    case 'failed':
      return `failed at ${run.endedAt} after ${toNumber(run)}: ${run.error.code}: ${run.error.message}`;
    case 'skipped':
      return `was skipped${run.held ? `, ${describeHeld(run.held)}` : `: ${run.reason}`}`;
    case 'cancelled':
      return `was cancelled at ${run.endedAt}: ${run.reason}`;
  }
}

function describeQueued(run: RunOf<'queued'>, now: number): string {
  const { held, dueAt, gathered, attempts, nextAttempt } = run;
  if (held) return `waits, ${describeHeld(held)}`;
  const isDue = Date.parse(dueAt) <= now;
  if (gathered && attempts.length === 0 && !isDue) {
    return `takes events in until ${dueAt}: ${gathered.members.length} so far`;
  }
  const when = isDue ? 'is about to begin' : `waits until ${dueAt}`;
  const error = countFailures(run) > 0 ? attempts.at(-1)?.error : undefined;
  const why = error ? `, after ${error.code}: ${error.message}` : '';
  return `${when}${toAttempt(nextAttempt)}${why}`;
}

/**
 * Formats a held run: `maxConcurrent: 3 of 3 are executed (key "a") until
 * 2026-01-01T08:00:00.000Z`.
 */
function describeHeld({ limit, detail, key, until }: Held): string {
  const ofKey = key === undefined ? '' : ` (key ${JSON.stringify(key)})`;
  return `${limit}: ${detail}${ofKey}${until === undefined ? '' : `, until ${until}`}`;
}

/** `; dedupe.key is empty, so its event stands alone there`. */
function toEmptyKeys({ emptyKeys = [] }: Run): string {
  const places = emptyKeys.map((place) => `${place} is empty`);
  return places.length === 0 ? '' : `; ${places.join(', ')}, so its event stands alone there`;
}

function toAttempt(attempt: number): string {
  return attempt === 1 ? '' : `, attempt ${attempt}`;
}

function toNumber({ attempts }: Run): string {
  if (attempts.length === 0) return 'no attempt';
  return attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`;
}
