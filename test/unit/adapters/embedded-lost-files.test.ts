import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { createDatabasePart } from '../../../shared/heddle/adapters/embedded/database-part.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

const GIGABYTE = async () => ({ bavail: 1024 * 1024, bsize: 1024 });
const { signal } = new AbortController();
const BODY = 'x'.repeat(50_000);

let folder: string;
let path: string;
let database: SqliteDatabase;
let queue: SqliteQueue;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-lost-'));
  path = join(folder, 'heddle.db');
  open();
  await send('first');
  // Leaves a database of some pages, and opens it with an empty log.
  await database.close();
  open();
  await send('second');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(): void {
  database = SqliteDatabase.open(path);
  queue = new SqliteQueue(database, { clock: createFakeClock(Date.now()) });
}

const send = (id: string) => queue.send([{ id, body: BODY }]);
const askHealth = () =>
  createDatabasePart(database, { dataDir: folder, statfs: GIGABYTE }).ask(signal);
const log = () => `${path}-wal`;

/** Runs the SQL as another tool does that has the database open too. */
function runTool(sql: string): void {
  const tool = new DatabaseSync(path);
  tool.exec(sql);
  tool.close();
}

function replace(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}

function removeFiles(): void {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end);
}

const losses: readonly [string, RegExp, () => void][] = [
  ['removed', /heddle\.db was removed or replaced/, removeFiles],
  ['removed but for its log', /heddle\.db was removed or replaced/, () => rmSync(path)],
  ['without its log', /heddle\.db-wal was removed or replaced/, () => rmSync(log())],
  ['replaced by a copy', /heddle\.db was removed or replaced/, () => replace(path)],
  ['with another log', /heddle\.db-wal was removed or replaced/, () => replace(log())],
  ['cut off', /heddle\.db was cut off/, () => truncateSync(path, 8192)],
  ['emptied', /heddle\.db was cut off/, () => truncateSync(path, 0)],
  ['with an emptied log', /heddle\.db-wal was cut off/, () => truncateSync(log(), 0)],
  [
    'with half of its log',
    /heddle\.db-wal was cut off/,
    () => truncateSync(log(), Math.floor(statSync(log()).size / 2)),
  ],
  [
    'without its folder',
    /heddle\.db was removed or replaced/,
    () => rmSync(folder, { recursive: true }),
  ],
];

describe('an open database', () => {
  it.each(losses)('%s accepts nothing more, and says why', async (_, found, lose) => {
    lose();
    await expect(send('lost')).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringMatching(found),
    });
    await expect(askHealth()).rejects.toThrow(found);
    await expect(askHealth()).rejects.toThrow(/until a restart; stop the app, put a copy/);
    expect(() => database.writeSoftNow('store', () => {})).toThrow(found);
    expect(() => database.read('store', () => {})).toThrow(found);
    await database.close();
  });

  it.each(losses)('%s is found by a health check alone', async (_, found, lose) => {
    lose();
    await expect(askHealth()).rejects.toThrow(found);
    await database.close();
  });

  it.each(losses)('%s is left as it is by an orderly end', async (_, __, lose) => {
    lose();
    const names = () => readdirSync(folder, { encoding: 'utf8' });
    const left = statSync(folder, { throwIfNoEntry: false }) && names();
    await database.close();
    expect(statSync(folder, { throwIfNoEntry: false }) && names()).toEqual(left);
  });

  it('that was removed during a write does not answer that it has the message', async () => {
    const sent = send('lost');
    const written = database.writeSoft('queue', removeFiles);
    await expect(sent).rejects.toThrow(/heddle\.db was removed or replaced/);
    await written;
    await database.close();
  });

  it('whose mark is left is refused by the next start', async () => {
    removeFiles();
    await database.close();
    expect(readdirSync(folder)).toEqual([`heddle.db-open-${process.pid}`]);
    expect(open).toThrow(/heddle\.db is missing, although/);
  });

  it('goes on where another tool empties the log in order, or makes the file smaller', async () => {
    runTool('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(statSync(log()).size).toBe(0);
    await expect(send('third')).resolves.toHaveLength(1);
    for (const message of await queue.receive(3)) await queue.complete(message);
    runTool('PRAGMA wal_checkpoint(TRUNCATE)');
    const before = statSync(path).size;
    runTool('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    expect(statSync(path).size).toBeLessThan(before);
    await expect(send('fourth')).resolves.toHaveLength(1);
    await expect(askHealth()).resolves.toBeUndefined();
    await database.close();
    expect(readdirSync(folder)).toEqual(['heddle.db']);
  });
});
