import type { Held } from '../../domain/limits.ts';
import { type EndedRun, isEnded, type Run } from '../../domain/run.ts';
import { toLostText } from '../../domain/run-notes.ts';
import type { Engine } from '../engine/index.ts';
import { countHeld } from './metrics.ts';

type Logging = Pick<Engine, 'logger'>;

/** Logs the end of a run that was just recorded. */
export function logEnded({ logger }: Logging, run: Run): void {
  if (!isEnded(run)) return;
  const { id: runId, eventId, actor, status, attempts, lostPaths = [] } = run;
  const durationMs = Math.max(0, Date.parse(run.endedAt) - Date.parse(run.createdAt));
  const text = [`A run of trigger ${run.trigger} ${describe(run)}`, ...lostPaths.map(toLostText)];
  const fields = { runId, eventId, actor, status, attempts: attempts.length, durationMs };
  logger[status === 'failed' ? 'error' : 'info'](text.join('; '), fields);
}

/** Notes a run that a limit keeps from beginning. */
export function noteHeld(engine: Logging & Pick<Engine, 'telemetry'>, run: Run, held: Held): void {
  countHeld(engine, run.trigger, held, 'waiting');
  logHeld(engine, run, held);
}

/** Logs that a limit keeps a run from beginning, for the first time. Its key is made from the payload, and is not told. */
function logHeld(
  { logger }: Logging,
  { id: runId, eventId, trigger }: Run,
  { limit, detail, until }: Held,
): void {
  const when = until === undefined ? '' : `, until ${until}`;
  const text = `A run of trigger ${trigger} waits: ${limit}: ${detail}${when}`;
  logger.info(text, { runId, eventId });
}

function describe(run: EndedRun): string {
  switch (run.status) {
    case 'succeeded':
      return `succeeded after ${toCount(run.attempts.length)}`;
    case 'failed':
      return `failed after ${toCount(run.attempts.length)}: ${run.error.code}: ${run.error.message}`;
    case 'skipped':
      return `was skipped: ${run.held ? `${run.held.limit}: ${run.held.detail}` : run.reason}`;
    case 'cancelled':
      return `was cancelled: ${run.reason}`;
  }
}

function toCount(attempts: number): string {
  if (attempts === 0) return 'no attempt';
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}
