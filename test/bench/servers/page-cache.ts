import { randomUUID } from 'node:crypto';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import { createSystemClock } from '../../../shared/heddle/adapters/embedded/system-clock.ts';
import { RUNS } from '../../../shared/heddle/ports/collections.ts';

/** A process that works on a file of many runs with a page cache of one size. */

export interface CacheFigures {
  readonly writesPerSecond: number;
  readonly listsPerSecond: number;
  readonly residentMb: number;
}

const WRITES = 4000;
const LISTS = 300;
const AT_ONCE = 16;

const [path = '', cacheMb = ''] = process.argv.slice(2);
const database = SqliteDatabase.open(path, { cacheMb: Number(cacheMb) });
const store = new SqliteStore(database, { clock: createSystemClock() });

/** Creates runs with random ids, as the pipeline does: each is written into eight indexes. */
async function write(): Promise<void> {
  for (let index = 0; index < WRITES / AT_ONCE; index++) {
    const ids = Array.from({ length: AT_ONCE }, () => randomUUID());
    await Promise.all(ids.map((id) => store.create(RUNS, toRun(id) as never)));
  }
}

function toRun(id: string) {
  const types = { eventType: 'push', eventTypeRoot: 'push' };
  const createdAt = new Date().toISOString();
  const fields = { source: 'github', trigger: `t${id.slice(0, 2)}`, status: 'succeeded' };
  return { id, eventKey: id, createdAt, ...types, ...fields, pad: 'x'.repeat(1500) };
}

async function list(): Promise<void> {
  for (let index = 0; index < LISTS; index++) {
    const eventKey = `key-${Math.floor(Math.random() * 200_000)}`;
    await store.list(RUNS, { where: { eventKey }, limit: 50 });
    await store.list(RUNS, { where: { trigger: 'rare', status: 'succeeded' }, limit: 50 });
  }
}

async function time(count: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (1000 * count) / (performance.now() - startedAt);
}

const writesPerSecond = await time(WRITES, write);
const listsPerSecond = await time(2 * LISTS, list);
const residentMb = process.memoryUsage().rss / 1e6;
await database.close();
process.send?.({ writesPerSecond, listsPerSecond, residentMb } satisfies CacheFigures);
