import { toRetryDelay } from '../../domain/retry.ts';
import { countFailures, isEnded, type Run, type RunError, type RunOf } from '../../domain/run.ts';
import { cancelRun, failRun, requeueRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RetryableError, TerminalError } from '../../errors/errors.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import { CancelRequest, type Engine, type Storing, toTimestamp } from '../engine/index.ts';
import type { Outcome } from '../telemetry/index.ts';
import { toErrorStack } from './error-stack.ts';
import { toRunError } from './run-error.ts';
import type { RunWriter } from './run-writer.ts';

/** End of an attempt. */
export interface Ended {
  readonly outcome: Outcome;
  /** The run as it is now; absent where another delivery has it. */
  readonly run?: Run;
  /** Code of the error that ended it. */
  readonly code?: string;
}

interface Attempted {
  readonly run: Stored<RunOf<'running'>>;
  readonly writer: RunWriter;
  readonly trigger: Trigger;
  readonly signals: readonly AbortSignal[];
}

/** Records what an attempt has thrown, and whether another attempt follows. */
export async function failAttempt(
  engine: Storing & Pick<Engine, 'logger' | 'random' | 'redact'>,
  attempted: Attempted,
  thrown: unknown,
): Promise<Ended> {
  const { run, trigger, signals } = attempted;
  const over = signals.find(({ aborted }) => aborted);
  if (over) return endAborted(engine, attempted, over.reason);
  const error = toStackedError(thrown, engine.redact);
  const failures = countFailures(run.document) + 1;
  if (!isRetryable(trigger, thrown, error) || failures >= trigger.retry.maxAttempts) {
    logFailure(engine, attempted, { error });
    return endFailed(engine, attempted, error);
  }
  const retryAfter = thrown instanceof RetryableError ? thrown.retryAfter : undefined;
  const delay = toRetryDelay(trigger.retry, failures, engine.random(), retryAfter);
  const now = toTimestamp(engine.clock);
  const dueAt = toTimestamp(engine.clock, delay);
  logFailure(engine, attempted, { error, dueAt });
  const queued = await attempted.writer.end((running) => requeueRun(running, error, now, dueAt));
  return queued ? { outcome: 'retried', run: queued, code: error.code } : lose(engine, attempted);
}

/**
 * Ends an attempt that was asked to end. Unless its run was cancelled, another delivery or run has its
 * message or its slot by now: the next delivery goes on, as after a crash.
 */
async function endAborted(
  engine: Storing & Pick<Engine, 'logger'>,
  attempted: Attempted,
  reason: unknown,
): Promise<Ended> {
  if (reason instanceof CancelRequest) {
    const now = toTimestamp(engine.clock);
    const run = await attempted.writer.end((running) => cancelRun(running, reason.message, now));
    return run ? { outcome: 'cancelled', run } : lose(engine, attempted);
  }
  // The run that has its slot may have ended it before: then there is nothing to come again for.
  const found = await engine.store.read(RUNS, attempted.run.document.id);
  if (found && isEnded(found.document)) return lose(engine, attempted);
  throw new RetryableError('attempt_lost', `the attempt has ended by ${String(reason)}`);
}

async function endFailed(
  engine: Storing & Pick<Engine, 'logger'>,
  attempted: Attempted,
  error: RunError,
): Promise<Ended> {
  const now = toTimestamp(engine.clock);
  const run = await attempted.writer.end((running) => failRun(running, error, now));
  if (!run) return lose(engine, attempted);
  return { outcome: 'failed', run, code: error.code };
}

/**
 * Whether a retry may help. `nonRetryable` names an error's code, its name, or its class: many
 * errors set no name.
 */
function isRetryable({ retry }: Trigger, thrown: unknown, { code }: RunError): boolean {
  if (thrown instanceof TerminalError) return false;
  const names = thrown instanceof Error ? [thrown.name, thrown.constructor.name] : [];
  return !retry.nonRetryable.some((known) => known === code || names.includes(known));
}

function toStackedError(thrown: unknown, redact: Engine['redact']): RunError {
  const error = toRunError(thrown, redact);
  const stack = toErrorStack(thrown, redact);
  return stack === undefined ? error : { ...error, stack };
}

interface Failure {
  readonly error: RunError;
  /** When the next attempt is due; absent: it was the last. */
  readonly dueAt?: string;
}

function logFailure(
  { logger }: Pick<Engine, 'logger'>,
  { run: { document: run }, trigger: { name } }: Attempted,
  { error: { code, message, stack = `${code}: ${message}` }, dueAt }: Failure,
): void {
  const next = dueAt === undefined ? '' : `, the next is due at ${dueAt}`;
  const what = stack.startsWith(code) ? stack : `${code}: ${stack}`;
  const text = `Attempt ${run.attempt} of a run of trigger ${name} failed${next}: ${what}`;
  logger.warn(text, { runId: run.id, eventId: run.eventId });
}

/** Logs that the run is no longer this attempt's: it was cancelled, or another delivery has it. */
export async function lose(
  { logger, store }: Pick<Engine, 'logger' | 'store'>,
  { run: { document } }: Pick<Attempted, 'run'>,
): Promise<Ended> {
  const { id: runId, attempt } = document;
  const found = await store.read(RUNS, runId).catch(() => undefined);
  if (found?.document.status === 'cancelled') {
    logger.info('The run was cancelled meanwhile: this attempt does not count', { runId, attempt });
  } else {
    logger.warn('The run was taken over meanwhile: this attempt does not count', {
      runId,
      attempt,
    });
  }
  return { outcome: 'lost' };
}
