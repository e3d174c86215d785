import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { ConfigError, RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';

const START = Date.UTC(2026, 0, 1);
const LOCK_MS = 10_000;
const WINDOW_MS = 45_000;

let folder: string;
let path: string;
let clock: FakeClock;
let databases: SqliteDatabase[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  path = join(folder, 'heddle.db');
  clock = createFakeClock(START);
  databases = [];
});
afterEach(async () => {
  await Promise.all(databases.map((database) => database.close()));
  rmSync(folder, { recursive: true });
});

function openDatabase(): SqliteDatabase {
  const database = SqliteDatabase.open(path);
  databases.push(database);
  return database;
}

function openQueue(database = openDatabase(), onSend?: () => void): SqliteQueue {
  const options = { clock, lockMs: LOCK_MS, duplicateWindowMs: WINDOW_MS };
  return new SqliteQueue(database, onSend === undefined ? options : { ...options, onSend });
}

function toMessages(count: number) {
  return Array.from({ length: count }, (_, n) => ({ id: `m${n}`, body: `body ${n}` }));
}

/** Opens the same file as another program would. */
function withOtherConnection<T>(work: (other: DatabaseSync) => T): T {
  const other = new DatabaseSync(path);
  try {
    return work(other);
  } finally {
    other.close();
  }
}

const countOf = (table: string) =>
  withOtherConnection((other) => other.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);

describe('two processes on one file', () => {
  it('lock a message for one of them only', async () => {
    const queues = [openQueue(), openQueue()];
    await queues[0]?.send(toMessages(50));
    const received = await Promise.all(
      Array.from({ length: 20 }, (_, n) => queues[n % 2]?.receive(3) ?? []),
    );
    const ids = received.flat().map(({ id }) => id);
    expect(ids).toHaveLength(50);
    expect(new Set(ids).size).toBe(50);
  });

  it('drop what the other has sent, before and after they have sent themselves', async () => {
    const [a, b] = [openQueue(), openQueue()];
    await a.send([{ id: 'one', body: '' }]);
    expect(await b.send([{ id: 'one', body: '' }])).toEqual(['duplicate']);
    await b.send([{ id: 'two', body: '' }]);
    await a.send([{ id: 'three', body: '' }]);
    expect(await a.send([{ id: 'two', body: '' }])).toEqual(['duplicate']);
    expect(await b.send([{ id: 'three', body: '' }])).toEqual(['duplicate']);
    expect(await a.depth()).toBe(3);
  });
});

describe('disk trouble', () => {
  it('refuses while another holds the file, and loses nothing', async () => {
    const queue = openQueue();
    await queue.send([{ id: 'before', body: '' }]);
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');
    const sends = ['a', 'b'].map((id) => queue.send([{ id, body: '' }]));
    for (const outcome of await Promise.allSettled(sends)) {
      expect(outcome).toMatchObject({ reason: { code: 'queue_unavailable', retryAfter: 1 } });
    }
    await expect(queue.receive(1)).rejects.toThrow(RetryableError);
    other.close();
    expect(await queue.send([{ id: 'a', body: '' }])).toEqual([expect.any(Number)]);
    expect((await queue.receive(10)).map(({ id }) => id)).toEqual(['before', 'a']);
  });

  it('does not take for a duplicate what was undone', async () => {
    const queue = openQueue();
    const broken = { id: 'broken', body: null as unknown as string };
    await expect(queue.send([{ id: 'a', body: '' }, broken])).rejects.toThrow();
    expect(await queue.depth()).toBe(0);
    expect(await queue.send([{ id: 'a', body: '' }])).toEqual([expect.any(Number)]);
  });
});

describe('opening', () => {
  it('finds after a restart what was sent, locked and known as sent', async () => {
    const first = openDatabase();
    const before = openQueue(first);
    await before.send([
      { id: 'locked', body: '' },
      { id: 'later', body: '', delayMs: 5000 },
    ]);
    await before.receive(1);
    await first.close();

    const queue = openQueue();
    expect(await queue.receive(10)).toEqual([]);
    expect(await queue.send([{ id: 'later', body: '' }])).toEqual(['duplicate']);
    await clock.advance(LOCK_MS);
    const received = await queue.receive(10);
    expect(received.map(({ id, deliveryCount }) => [id, deliveryCount])).toEqual([
      ['later', 1],
      ['locked', 2],
    ]);
  });

  it('refuses a file that a newer version has written', async () => {
    await openDatabase().close();
    withOtherConnection((other) => other.exec('PRAGMA user_version = 99'));
    expect(() => SqliteDatabase.open(path)).toThrow(ConfigError);
  });
});

describe('a place where no file can be', () => {
  it("is the operator's to mend", () => {
    expect(() => SqliteDatabase.open('/dev/null/heddle.db')).toThrow(ConfigError);
    expect(() => SqliteDatabase.open(folder)).toThrow(/cannot be opened/);
  });
});

describe('a closed database', () => {
  it('has written what was queued, and refuses the rest', async () => {
    const database = openDatabase();
    const queue = openQueue(database);
    const send = queue.send(toMessages(3));
    await Promise.all([database.close(), database.close()]);
    expect(await send).toHaveLength(3);
    await expect(queue.send([{ id: 'late', body: '' }])).rejects.toThrow(RetryableError);
    await expect(queue.receive(1)).rejects.toThrow(RetryableError);
    expect(await openQueue().depth()).toBe(3);
  });
});

describe('what drives the queue', () => {
  it('says when the next message may be received', async () => {
    const queue = openQueue();
    expect(queue.nextDueAt()).toBeUndefined();
    await queue.send([{ id: 'later', body: '', delayMs: 30_000 }]);
    expect(queue.nextDueAt()).toBe(START + 30_000);
    await queue.send([{ id: 'now', body: '' }]);
    expect(queue.nextDueAt()).toBe(START);
    await queue.receive(1);
    expect(queue.nextDueAt()).toBe(START + LOCK_MS);
  });

  it('is woken when a message is to be had, and not for a duplicate', async () => {
    const depths: Promise<number>[] = [];
    const queue: SqliteQueue = openQueue(undefined, () => depths.push(queue.depth()));
    await queue.send([{ id: 'a', body: '' }]);
    await queue.send([{ id: 'a', body: '' }]);
    expect(await Promise.all(depths)).toEqual([1]);
  });
});

describe('purging', () => {
  it('forgets the ids whose window is over, and only these', async () => {
    const database = openDatabase();
    const queue = openQueue(database);
    await queue.send(toMessages(1200));
    await clock.advance(WINDOW_MS - 1);
    await queue.send([{ id: 'young', body: '' }]);
    expect(await database.purge()).toBe(0);
    await clock.advance(1);
    expect(await database.purge()).toBe(1200);
    expect(countOf('sent')).toBe(1);
    expect(await queue.depth()).toBe(1201);
  });

  it('knows an id for the whole window, however windows follow one another', async () => {
    const queue = openQueue();
    for (let round = 0; round < 5; round++) {
      expect(await queue.send([{ id: 'a', body: '' }])).toEqual([expect.any(Number)]);
      for (let step = 0; step < 3; step++) {
        await clock.advance(WINDOW_MS / 3 - 1);
        expect(await queue.send([{ id: 'a', body: '' }])).toEqual(['duplicate']);
      }
      await clock.advance(3);
    }
  });
});
