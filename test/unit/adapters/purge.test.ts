import { describe, expect, it, onTestFinished } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { PURGE_CHUNK } from '../../../shared/heddle/adapters/embedded/purge.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { SqliteStore } from '../../../shared/heddle/adapters/embedded/sqlite-store.ts';
import type { Collection } from '../../../shared/heddle/ports/document-store.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

interface Note {
  readonly id: string;
  readonly at: string;
}

const NOTES: Collection<Note> = { name: 'notes', indexed: [], time: 'at' };
const LETTERS: Collection<Note> = { ...NOTES, name: 'letters' };
const AT = '2026-01-01T00:00:00.000Z';

function createScene() {
  const clock = createFakeClock();
  const database = SqliteDatabase.open(':memory:');
  onTestFinished(() => database.close());
  const store = new SqliteStore(database, { clock });
  const queue = new SqliteQueue(database, { clock, duplicateWindowMs: 1000 });
  /** Rows deleted by each transaction of the purge. */
  const chunks: number[] = [];
  const expire = async (collection: Collection<Note>, count: number) => {
    const ids = Array.from({ length: count }, (_, index) => `n${index}`);
    const options = { ttlSeconds: 1 };
    await Promise.all(ids.map((id) => store.create(collection, { id, at: AT }, options)));
  };
  const countChunks = () => {
    const writeNow = database.writeSoftNow.bind(database);
    database.writeSoftNow = (subject, work) => {
      const result = writeNow(subject, work);
      if (typeof result === 'number') chunks.push(result);
      return result;
    };
  };
  return { clock, database, store, queue, chunks, expire, countChunks };
}

describe('a purge', () => {
  it('deletes no more rows at once than its chunk, of all tables together', async () => {
    const { clock, database, queue, chunks, expire, countChunks } = createScene();
    await expire(NOTES, 130);
    await expire(LETTERS, 45);
    await queue.send(Array.from({ length: 120 }, (_, index) => ({ id: `m${index}`, body: '' })));
    await clock.advance(1000);
    countChunks();
    expect(await database.purge()).toBe(130 + 45 + 120);
    expect(PURGE_CHUNK).toBe(50);
    expect(Math.max(...chunks)).toBe(PURGE_CHUNK);
    expect(chunks.toSorted((a, b) => b - a)).toEqual([50, 50, 50, 50, 50, 25, 20]);
  });

  it('lets deliveries be written and messages be received between its chunks', async () => {
    const { clock, database, store, queue, chunks, expire, countChunks } = createScene();
    await expire(NOTES, 3000);
    await clock.advance(1000);
    countChunks();
    const purging = database.purge();
    const seen: number[] = [];
    for (let index = 0; index < 5; index++) {
      await queue.send([{ id: `m${index}`, body: '' }]);
      await store.create(LETTERS, { id: `l${index}`, at: AT });
      await queue.receive(1);
      seen.push(chunks.length);
    }
    // A chunk at most goes before each turn of the event loop.
    expect(seen.at(-1)).toBeLessThan(3000 / PURGE_CHUNK);
    expect(await purging).toBe(3000);
  });

  it('that is asked for again while it goes on is the same', async () => {
    const { clock, database, expire } = createScene();
    await expire(NOTES, 120);
    await clock.advance(1000);
    const [first, second] = await Promise.all([database.purge(), database.purge()]);
    expect([first, second]).toEqual([120, 120]);
    expect(await database.purge()).toBe(0);
  });

  it('stops when the file is closed, and goes on after the next start', async () => {
    const { clock, database, chunks, expire, countChunks } = createScene();
    await expire(NOTES, 1000);
    await clock.advance(1000);
    countChunks();
    const purging = database.purge();
    await database.close();
    const purged = await purging;
    expect(purged).toBeLessThan(1000);
    expect(chunks.reduce((sum, chunk) => sum + chunk, 0)).toBe(purged);
  });

  it('that fails once is tried again', async () => {
    const { clock, database, expire } = createScene();
    await expire(NOTES, 60);
    await clock.advance(1000);
    let failures = 1;
    database.onPurge(() => {
      if (failures-- > 0) throw new Error('the disk is full');
      return 0;
    });
    await expect(database.purge()).rejects.toThrow('the disk is full');
    expect(await database.purge()).toBe(0);
  });
});
