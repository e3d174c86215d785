import type { LiveEngine } from '../pipeline/engine/index.ts';
import type { Isolation } from '../pipeline/isolation/index.ts';
import type { Backend } from '../ports/backend.ts';
import type { Logger } from '../ports/logger.ts';
import type { Vitals } from './health/vitals.ts';
import { driveQueue } from './message-service.ts';
import { type ScheduleClock, startSchedules } from './schedule-clock.ts';
import { continueResuming } from './trigger-upkeep.ts';

/** Everything that goes on without a request: queued messages, schedules, resumptions. */
export interface BackgroundWork {
  readonly schedules: ScheduleClock;
  /** Plans what is due on schedules, and logs and counts that timers fire. */
  heartbeat(): Promise<void>;
  /** Receives no more messages; resolves when runs in flight have ended. */
  stop(): Promise<void>;
}

interface WorkOptions {
  /** False: events are taken in and kept, and nothing runs. */
  readonly isDispatching: boolean;
  /** False: the triggers are unknown. */
  readonly isReadable: boolean;
  readonly isolation: Isolation;
  readonly vitals: Vitals;
}

export function startBackgroundWork(
  engine: LiveEngine,
  backend: Pick<Backend, 'drive' | 'halt'>,
  options: WorkOptions,
): BackgroundWork {
  const isDispatching = mayDispatch(options, engine.logger);
  if (isDispatching) driveQueue(engine, backend, options);
  const schedules = startSchedules(options, backend, engine);
  const resuming = isDispatching ? startResuming(engine, backend) : undefined;
  return {
    schedules,
    heartbeat: () => beat(engine, schedules, isDispatching),
    async stop() {
      await Promise.all([schedules.stop(), backend.halt?.(), resuming?.stop()]);
    },
  };
}

/**
 * Only so that a cold start does not load the library of Cosmos DB for a list that is nearly always
 * empty.
 */
const RESUME_AFTER_MS = 5000;

/**
 * Continues interrupted resumptions at once where the app drives its queue, and otherwise a little
 * after the start. Nothing is lost where the app ends before that: a resumption is recorded with its
 * trigger until its last run is released, and each heartbeat, every minute, continues it too.
 */
function startResuming(engine: LiveEngine, backend: Pick<Backend, 'drive'>) {
  let resuming: Promise<void> | undefined;
  const resume = () => {
    resuming = continueResuming(engine);
  };
  let cancel = () => {};
  if (backend.drive) resume();
  else cancel = engine.clock.after(RESUME_AFTER_MS, resume);
  return {
    async stop() {
      cancel();
      await resuming;
    },
  };
}

/** False where definitions cannot be read: queued messages would fail for good without them. */
function mayDispatch(
  { isDispatching, isReadable }: Pick<WorkOptions, 'isDispatching' | 'isReadable'>,
  logger: Logger,
): boolean {
  if (!isDispatching) {
    logger.warn('HEDDLE_DISPATCH is off: events are accepted and kept, nothing runs');
  } else if (!isReadable) {
    logger.error('The triggers and sources cannot be read: nothing is accepted, and nothing runs');
  }
  return isDispatching && isReadable;
}

/**
 * Plans schedules first, so that a failure of the rest does not delay them. A heartbeat is counted
 * once all has succeeded, and sent before the host is told: an alert waits for it, and an instance
 * that nothing keeps busy may be gone before the next export.
 */
async function beat(
  engine: LiveEngine,
  schedules: ScheduleClock,
  isDispatching: boolean,
): Promise<void> {
  const { queue, logger, telemetry } = engine;
  await schedules.tick();
  const queued = await queue.depth();
  telemetry?.record('heddle.queue.depth', queued);
  logger.info('heartbeat', { queued });
  if (isDispatching) await continueResuming(engine);
  telemetry?.count('heddle.heartbeats');
  await telemetry?.flush();
}
