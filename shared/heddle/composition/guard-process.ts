import { inspect } from 'node:util';
import { startWatchdog } from '../adapters/process/watchdog.ts';
import { redactError } from '../domain/redact.ts';
import { type Engine, failStrayWork, observeWork } from '../pipeline/engine/index.ts';

type Guarded = Pick<Engine, 'logger' | 'redact'>;

/**
 * Keeps what an app's code does wrong from everybody else in the process.
 *
 * 1. An error that nobody caught (in a timer, an event emitter, a promise that nobody awaits) fails
 *    the attempt whose code threw it: Node tells whose by the asynchronous context. Nothing of the
 *    engine was on the stack, so its state is sound. Any other such error ends the process as before.
 * 2. A process that is blocked is ended, see {@link startWatchdog}.
 *
 * @returns a function that ends it
 */
export function guardProcess(engine: Guarded, blockedLimitMs: number): () => void {
  const release = catchStrayErrors((error) => failStray(engine, error), engine.redact);
  if (blockedLimitMs === 0) return release;
  const watchdog = startWatchdog(blockedLimitMs, engine.logger);
  const endObserving = observeWork(watchdog);
  return () => {
    endObserving();
    watchdog.stop();
    release();
  };
}

function failStray({ logger, redact }: Guarded, error: unknown): boolean {
  const stray = failStrayWork(error);
  if (!stray) return false;
  const what = stray.hasFailed ? 'The attempt fails' : 'Its work had ended, and is not changed';
  const thrown = redact(error instanceof Error ? (error.stack ?? error.message) : inspect(error));
  logger.error(`Code of the app threw what nobody caught. ${what}: ${thrown}`, stray.about);
  return true;
}

type Take = (error: unknown) => boolean;
type RejectionListener = (reason: unknown, promise: Promise<unknown>) => void;

/** @param take returns false for an error that it does not answer for: that ends the process */
function catchStrayErrors(take: Take, redact: Guarded['redact']): () => void {
  // Somebody else has taken them: a debugger, or another app in this process.
  if (process.hasUncaughtExceptionCaptureCallback()) return () => {};
  const others = process.listeners('unhandledRejection') as RejectionListener[];
  const onRejection: RejectionListener = (reason, promise) => {
    if (take(reason)) return;
    if (others.length === 0) passOn(reason, 'unhandledRejection', redact);
    for (const listener of others) listener(reason, promise);
  };
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', onRejection);
  process.setUncaughtExceptionCaptureCallback((error: unknown) => {
    if (!take(error)) passOn(error, 'uncaughtException', redact);
  });
  return () => {
    process.setUncaughtExceptionCaptureCallback(null);
    process.off('unhandledRejection', onRejection);
    for (const listener of others) process.on('unhandledRejection', listener);
  };
}

/** Does what Node would have done without us, but for secrets in the text of the error. */
function passOn(
  thrown: unknown,
  origin: NodeJS.UncaughtExceptionOrigin,
  redact: Guarded['redact'],
): void {
  const error = thrown instanceof Error ? thrown : new Error(inspect(thrown));
  redactError(error, redact, { isLast: true });
  const emitter: NodeJS.EventEmitter = process;
  if (emitter.emit('uncaughtException', error, origin)) return;
  console.error(error);
  process.exit(1);
}
