import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { createFakeClock, type FakeClock } from '../helpers/fake-clock.ts';
import { describeDocumentStore } from './document-store.ts';
import { describeEventQueue } from './event-queue.ts';
import type { QueueSubject } from './queue-scene.ts';
import type { StoreSubject } from './store-scene.ts';

interface Place {
  readonly path: string;
  remove(): void;
}

const inMemory = (): Place => ({ path: ':memory:', remove: () => {} });

function inFile(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  return {
    path: join(folder, 'data', 'heddle.db'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function toSubject<Port>(place: Place, createPort: (db: SqliteDatabase, clock: FakeClock) => Port) {
  const clock = createFakeClock();
  const database = SqliteDatabase.open(place.path);
  return {
    ...createPort(database, clock),
    advance: (ms: number) => clock.advance(ms),
    async close() {
      await database.close();
      place.remove();
    },
  };
}

async function createQueueSubject(place: Place): Promise<QueueSubject> {
  const limits = { lockMs: 10_000, duplicateWindowMs: 45_000 };
  return toSubject(place, (database, clock) => ({
    ...limits,
    queue: new SqliteQueue(database, { clock, ...limits }),
  }));
}

async function createStoreSubject(place: Place): Promise<StoreSubject> {
  return toSubject(place, (database, clock) => ({ store: new SqliteStore(database, { clock }) }));
}

const places = { 'SQLite in a file': inFile, 'SQLite in memory': inMemory };
for (const [name, createPlace] of Object.entries(places)) {
  describeEventQueue(name, () => createQueueSubject(createPlace()));
  describeDocumentStore(name, () => createStoreSubject(createPlace()));
}
