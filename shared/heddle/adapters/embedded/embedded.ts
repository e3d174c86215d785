import { join } from 'node:path';
import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Lanes } from '../../ports/lanes.ts';
import type { Logger } from '../../ports/logger.ts';
import { SqliteDatabase } from './database.ts';
import { createDatabasePart } from './database-part.ts';
import { FairReceiver } from './fair-receiver.ts';
import { Pump } from './pump.ts';
import { SqliteQueue } from './sqlite-queue.ts';
import { SqliteStore } from './sqlite-store.ts';
import { createSystemClock } from './system-clock.ts';

export interface EmbeddedOptions {
  /** Created when it does not exist. */
  readonly dataDir: string;
  readonly acceptsLoss: boolean;
  readonly lockMs: number;
  /** Limit of messages handled at once. */
  readonly concurrency: number;
  /** Absent: all messages are received in the order in which they are due. */
  readonly lanes?: Lanes | undefined;
  /** Memory for pages of the file. */
  readonly cacheMb?: number | undefined;
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
  acceptsLoss,
  lockMs,
  concurrency,
  lanes,
  cacheMb,
  logger,
}: EmbeddedOptions): Embedded {
  const clock = createSystemClock();
  const database = SqliteDatabase.open(join(dataDir, 'heddle.db'), {
    ...{ acceptsLoss, cacheMb, logger },
  });
  let pump: Pump | undefined;
  const queue = new SqliteQueue(database, { clock, lockMs, onSend: () => pump?.wake() });
  const cancelPurge = repeat(clock, PURGE_EVERY_MS, () => {
    database.purge().catch((error: unknown) => logger.warn(`Not purged: ${String(error)}`));
  });
  return {
    queue,
    store: new SqliteStore(database, { clock }),
    parts: [createDatabasePart(database, { dataDir })],
    backlog: () => queue.backlog(),
    drive(handler, observer) {
      const limits = { concurrency, lockMs, maxDeliveries: MAX_DELIVERIES };
      const fair = lanes && new FairReceiver({ queue, lanes, clock });
      const received = { queue: fair ?? queue, handler: fair?.wrap(handler) ?? handler };
      pump = new Pump({ ...received, clock, logger, observer, ...limits });
      lanes?.listen(() => pump?.wake());
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
