import { join } from 'node:path';
import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { SqliteDatabase } from './database.ts';
import { Pump } from './pump.ts';
import { SqliteQueue } from './sqlite-queue.ts';
import { SqliteStore } from './sqlite-store.ts';
import { createSystemClock } from './system-clock.ts';

export interface EmbeddedOptions {
  /** Created when it does not exist. */
  readonly dataDir: string;
  readonly lockMs: number;
  readonly concurrency: number;
  readonly logger: Logger;
}

/** A backend in one process and one file, without Azure or emulators. */
export type Embedded = Backend & Required<Pick<Backend, 'drive'>>;

/**
 * A last resort: isolation gives up what throws or kills long before. Messages that only waited in a
 * process while others killed it have been delivered as well.
 */
const MAX_DELIVERIES = 100;
const PURGE_EVERY_MS = 60_000;

/**
 * The queue and the store use the machine's own clock, not the engine's: a lock must expire even
 * where time is fixed to replay recorded deliveries.
 */
export function createEmbedded({
  dataDir,
  lockMs,
  concurrency,
  logger,
}: EmbeddedOptions): Embedded {
  const clock = createSystemClock();
  const database = SqliteDatabase.open(join(dataDir, 'heddle.db'));
  let pump: Pump | undefined;
  const queue = new SqliteQueue(database, { clock, lockMs, onSend: () => pump?.wake() });
  const cancelPurge = repeat(clock, PURGE_EVERY_MS, () => {
    database.purge().catch((error: unknown) => logger.warn(`Not purged: ${String(error)}`));
  });
  return {
    queue,
    store: new SqliteStore(database, { clock }),
    drive(handler) {
      const limits = { concurrency, lockMs, maxDeliveries: MAX_DELIVERIES };
      pump = new Pump({ queue, handler, clock, logger, ...limits });
      pump.start();
    },
    async halt() {
      await pump?.stop();
    },
    async close() {
      cancelPurge();
      await pump?.stop();
      await database.close();
    },
  };
}

function repeat(clock: Clock, everyMs: number, task: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      task();
      next();
    });
  };
  next();
  return () => cancel();
}
