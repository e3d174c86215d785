import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

const SENDER = join(import.meta.dirname, '../../contract/embedded-endless-sender.ts');

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-'));
  path = join(folder, 'heddle.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Kills an endless sender once it has printed `count` ids. */
async function sendUntilKilled(name: string, count: number): Promise<string[]> {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, [SENDER, path, name], { stdio: [...stdio] });
  const acknowledged: string[] = [];
  const lines = createInterface(child.stdout as NodeJS.ReadableStream);
  lines.on('line', (line) => {
    if (acknowledged.push(line) === count) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  // The kill may have cut the last line short.
  return acknowledged.slice(0, -1);
}

async function receiveAll(queue: SqliteQueue): Promise<string[]> {
  const ids: string[] = [];
  for (let batch = await queue.receive(500); batch.length > 0; batch = await queue.receive(500)) {
    ids.push(...batch.map(({ id }) => id));
  }
  return ids;
}

describe('a killed process', () => {
  it('leaves every acknowledged message, once', async () => {
    const acknowledged = await sendUntilKilled('first', 200);
    const database = SqliteDatabase.open(path);
    const queue = new SqliteQueue(database, { clock: createFakeClock(Date.now()) });
    const ids = await receiveAll(queue);
    await database.close();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leaves a file that others go on with, who still know its duplicates', async () => {
    const [id = ''] = await sendUntilKilled('first', 20);
    await sendUntilKilled('second', 20);
    const database = SqliteDatabase.open(path);
    const queue = new SqliteQueue(database, { clock: createFakeClock(Date.now()) });
    expect(await queue.send([{ id, body: 'again' }])).toEqual(['duplicate']);
    await database.close();
  });

  it('does not disturb two at work on one file', async () => {
    const both = await Promise.all([sendUntilKilled('one', 150), sendUntilKilled('two', 150)]);
    const database = SqliteDatabase.open(path);
    const queue = new SqliteQueue(database, { clock: createFakeClock(Date.now()) });
    const ids = await receiveAll(queue);
    await database.close();
    expect(ids).toEqual(expect.arrayContaining(both.flat()));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the disk', () => {
  /** Counts flushes, and lets them happen. */
  async function watchFlushes() {
    const handle = await open(path, 'r');
    const flushes = vi.spyOn(Object.getPrototypeOf(handle), 'datasync');
    await handle.close();
    return flushes;
  }

  it('is flushed once for sends at once, once for one alone, and not for settling', async () => {
    const database = SqliteDatabase.open(path);
    const queue = new SqliteQueue(database, { clock: createFakeClock() });
    const flushes = await watchFlushes();
    const ids = Array.from({ length: 100 }, (_, n) => `m${n}`);
    await Promise.all(ids.map((id) => queue.send([{ id, body: id }])));
    expect(flushes).toHaveBeenCalledTimes(1);
    await queue.send([{ id: 'alone', body: '' }]);
    expect(flushes).toHaveBeenCalledTimes(2);
    for (const message of await queue.receive(50)) await queue.complete(message);
    expect(flushes).toHaveBeenCalledTimes(2);
    flushes.mockRestore();
    await database.close();
  });
});
