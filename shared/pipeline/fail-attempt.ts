import { toRetryDelay } from '../domain/retry.ts';
import { countFailures, type RunError, type RunOf } from '../domain/run.ts';
import { failRun, requeueRun } from '../domain/run-transitions.ts';
import type { Trigger } from '../domain/trigger.ts';
import { RetryableError, TerminalError } from '../errors.ts';
import type { Stored } from '../ports.ts';
import { type Engine, toTimestamp } from './engine.ts';
import type { Outcome } from './metrics.ts';
import type { RunWriter } from './run-writer.ts';

/** How an attempt ended. */
export interface Ended {
  readonly outcome: Outcome;
  /** The run, where another attempt is due. */
  readonly queued?: RunOf<'queued'> | undefined;
  /** Of the error that ended it. */
  readonly code?: string;
}

interface Attempted {
  readonly run: Stored<RunOf<'running'>>;
  readonly trigger: Trigger;
}

const MAX_ERROR_CHARS = 1000;

/** Records what an attempt has thrown, and whether another is due. */
export async function failAttempt(
  engine: Engine,
  attempted: Attempted,
  writer: RunWriter,
  thrown: unknown,
): Promise<Ended> {
  const {
    trigger,
    run: { document },
  } = attempted;
  const error = toRunError(engine, thrown);
  const failures = countFailures(document) + 1;
  const now = toTimestamp(engine.clock);
  if (thrown instanceof TerminalError || failures >= trigger.retry.maxAttempts) {
    if (!(await writer.end((run) => failRun(run, error, now)))) return lose(engine, attempted);
    const text = `A run of trigger ${trigger.name} failed after ${failures} attempts: ${error.code}: ${error.message}`;
    engine.logger.error(text, { runId: document.id, eventId: document.eventId });
    return { outcome: 'failed', code: error.code };
  }
  const retryAfter = thrown instanceof RetryableError ? thrown.retryAfter : undefined;
  const delay = toRetryDelay(trigger.retry, failures, engine.random(), retryAfter);
  const dueAt = toTimestamp(engine.clock, delay);
  let queued: RunOf<'queued'> | undefined;
  const isOurs = await writer.end((run) => {
    queued = requeueRun(run, error, now, dueAt);
    return queued;
  });
  return isOurs ? { outcome: 'retried', queued, code: error.code } : lose(engine, attempted);
}

/** Another delivery has the run now. */
export function lose({ logger }: Engine, { run: { document } }: Attempted): Ended {
  const { id: runId, attempt } = document;
  logger.warn('The run was taken over meanwhile: this attempt does not count', { runId, attempt });
  return { outcome: 'lost' };
}

function toRunError({ redact }: Engine, thrown: unknown): RunError {
  const { code, name, message } = toErrorLike(thrown);
  return {
    code: typeof code === 'string' ? code : name,
    message: redact(message).slice(0, MAX_ERROR_CHARS),
  };
}

function toErrorLike(thrown: unknown): { code?: unknown; name: string; message: string } {
  return thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
}
