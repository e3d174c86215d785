import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { createDatabasePart } from '../../../shared/heddle/adapters/embedded/database-part.ts';
import { Pump } from '../../../shared/heddle/adapters/embedded/pump.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { silent } from '../../helpers/world.ts';

const GIGABYTE = async () => ({ bavail: 1024 * 1024, bsize: 1024 });
const { signal } = new AbortController();

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  path = join(folder, 'heddle.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function openQueue() {
  const database = SqliteDatabase.open(path);
  const clock = createFakeClock();
  return { database, clock, queue: new SqliteQueue(database, { clock }) };
}

/** Lets the file grow by so many pages and no further: SQLite then says that the disk is full. */
function limitPages(database: SqliteDatabase, more: number): void {
  database.read('queue', (connection) => {
    const { page_count: pages = 0 } =
      connection.get<{ page_count: number }>('PRAGMA page_count') ?? {};
    connection.get(`PRAGMA max_page_count = ${pages + more}`);
  });
}

describe('a full disk', () => {
  it('refuses what it has no room for, and takes it again once there is room', async () => {
    const { database, queue } = openQueue();
    const part = createDatabasePart(database, { dataDir: folder, statfs: GIGABYTE });
    limitPages(database, 0);
    const body = 'x'.repeat(100_000);
    await expect(queue.send([{ id: 'large', body }])).rejects.toMatchObject({
      code: 'queue_unavailable',
      cause: { errstr: 'database or disk is full' },
    });
    limitPages(database, 1000);
    await expect(part.ask(signal)).resolves.toBeUndefined();
    expect(await queue.send([{ id: 'large', body }])).toEqual([1]);
    await database.close();
  });

  it('is named before it is quite full', async () => {
    const { database } = openQueue();
    const statfs = async () => ({ bavail: 63 * 1024, bsize: 1024 });
    const part = createDatabasePart(database, { dataDir: folder, statfs });
    await part.ask(signal);
    expect(await part.findWarning?.()).toMatch(/disk is full but for less than 64 MB/);
    await database.close();
  });
});

describe('a flush that fails', () => {
  it('is the end of writing, says so, and the next start checks the log and goes on', async () => {
    const { database, queue } = openQueue();
    await queue.send([{ id: 'kept', body: '' }]);
    const handle = await open(path, 'r');
    const flushes = vi.spyOn(Object.getPrototypeOf(handle), 'datasync');
    await handle.close();
    flushes.mockRejectedValueOnce(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await expect(queue.send([{ id: 'lost', body: '' }])).rejects.toMatchObject({
      code: 'queue_unavailable',
    });
    flushes.mockRestore();
    const part = createDatabasePart(database, { dataDir: folder, statfs: GIGABYTE });
    await expect(part.ask(signal)).rejects.toThrow(/nothing is accepted until a restart/);
    await expect(queue.send([{ id: 'more', body: '' }])).rejects.toThrow();
    await database.close();
    // The log is not copied into the database from pages that may be gone.
    expect(readdirSync(folder)).toContain('heddle.db-wal');
    const next = SqliteDatabase.open(path);
    const again = new SqliteQueue(next, { clock: createFakeClock() });
    expect((await again.receive(10)).map(({ id }) => id)).toContain('kept');
    await next.close();
  });
});

describe('the backlog', () => {
  it('has the age of the oldest message that is due and that nobody handles', async () => {
    const { database, clock, queue } = openQueue();
    expect(await queue.backlog()).toEqual({ queued: 0, planned: 0 });
    await queue.send([{ id: 'later', body: '', delayMs: 60_000 }]);
    expect(await queue.backlog()).toEqual({ queued: 0, planned: 1 });
    await queue.send([{ id: 'now', body: '' }]);
    await clock.advance(5000);
    expect(await queue.backlog()).toEqual({ queued: 1, planned: 1, oldestDueMs: 5000 });
    await queue.receive(1);
    expect(await queue.backlog()).toEqual({ queued: 1, planned: 1 });
    expect(await queue.depth()).toBe(2);
    await database.close();
  });

  it('counts one whose turn came by its ordering key as due', async () => {
    const { database, queue } = openQueue();
    await queue.send([
      { id: 'a', body: '', orderingKey: 'k' },
      { id: 'b', body: '', orderingKey: 'k' },
    ]);
    const [first] = await queue.receive(1);
    expect(await queue.backlog()).toEqual({ queued: 2, planned: 0 });
    if (first) await queue.complete(first);
    expect(await queue.backlog()).toEqual({ queued: 1, planned: 0, oldestDueMs: 0 });
    await database.close();
  });
});

describe('a pump', () => {
  it('tells its observer of each try to receive', async () => {
    const { database, clock, queue } = openQueue();
    const seen: unknown[] = [];
    const observer = {
      received: (count: number) => void seen.push(count),
      failed: (error: unknown) => void seen.push((error as Error).message),
    };
    const broken = vi.spyOn(queue, 'receive');
    const handler = { handle: async () => {}, giveUp: async () => {} };
    const limits = { concurrency: 1, lockMs: 10_000, maxDeliveries: 3 };
    const pump = new Pump({ queue, handler, clock, logger: silent, observer, ...limits });
    broken.mockRejectedValueOnce(new Error('disk I/O error'));
    pump.start();
    await expect.poll(() => seen).toEqual(['disk I/O error']);
    await clock.advance(1000);
    await expect.poll(() => seen).toEqual(['disk I/O error', 0]);
    await pump.stop();
    await database.close();
  });
});
