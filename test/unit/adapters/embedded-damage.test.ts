import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';

const SENDER = join(import.meta.dirname, '../../contract/embedded-endless-sender.ts');
const SENT = 300;

let killed: string;
let sent: readonly string[];
let folder: string;
let path: string;

beforeAll(async () => {
  killed = mkdtempSync(join(tmpdir(), 'heddle-killed-'));
  sent = await sendUntilKilled(join(killed, 'heddle.db'));
});
afterAll(() => rmSync(killed, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-damage-'));
  path = join(folder, 'heddle.db');
  cpSync(killed, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

async function sendUntilKilled(database: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [SENDER, database, 'm'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ids: string[] = [];
  const lines = createInterface(child.stdout as NodeJS.ReadableStream);
  lines.on('line', (line) => {
    if (ids.push(line) === SENT) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return ids.slice(0, SENT - 1);
}

async function open(options: Parameters<typeof SqliteDatabase.open>[1] = {}) {
  const database = SqliteDatabase.open(path, options);
  const queue = new SqliteQueue(database, { clock: createFakeClock(Date.now()) });
  const ids = (await queue.receive(10_000)).map(({ id }) => id);
  await database.close();
  return ids;
}

/** Brings the files into the state in which they are after a clean end. */
async function end(): Promise<void> {
  await SqliteDatabase.open(path).close();
}

function overwrite(file: string, bytes: Buffer, position = 0): void {
  const content = readFileSync(file);
  bytes.copy(content, position);
  writeFileSync(file, content);
}

const log = () => `${path}-wal`;

describe('a database that a killed process leaves', () => {
  it('is opened with everything that was acknowledged, and is marked as closed then', async () => {
    expect(await open()).toEqual(expect.arrayContaining([...sent]));
    expect(readdirSync(folder)).toEqual(['heddle.db']);
  });

  const damages: readonly [string, RegExp, () => void][] = [
    ['that was emptied', /heddle\.db is empty \(0 bytes\)/, () => truncateSync(path, 0)],
    [
      'without its log',
      /log heddle\.db-wal is missing, although .* did not close/,
      () => rmSync(log()),
    ],
    ['with an empty log', /log heddle\.db-wal is empty/, () => truncateSync(log(), 0)],
    [
      'whose log was overwritten',
      /log heddle\.db-wal \(\d+ bytes\) does not begin as one of SQLite/,
      () => overwrite(log(), Buffer.alloc(64, 'x')),
    ],
    [
      'whose log was cut off',
      /log heddle\.db-wal is damaged: \d+ of \d+ pages can be read/,
      () => truncateSync(log(), statSync(log()).size / 2),
    ],
    [
      'whose log has a damaged page',
      /log heddle\.db-wal is damaged: \d+ of \d+ pages can be read/,
      () => overwrite(log(), Buffer.alloc(64, 'x'), Math.floor(statSync(log()).size / 2)),
    ],
    ['of zeros', /begins with zeros/, () => overwrite(path, Buffer.alloc(statSync(path).size))],
    [
      'of garbage',
      /does not begin as an SQLite database/,
      () => overwrite(path, Buffer.alloc(4096, 'garbage')),
    ],
    ['that is missing', /heddle\.db is missing, although/, () => rmSync(path)],
  ];

  it.each(damages)('%s is refused, and nothing is changed', async (_, found, damage) => {
    damage();
    const names = readdirSync(folder);
    await expect(open()).rejects.toThrow(found);
    await expect(open()).rejects.toThrow(/nothing was deleted.*\n.*HEDDLE_DATA_LOSS=accept/);
    expect(readdirSync(folder)).toEqual(names);
  });

  it.each(damages)('%s is given up for what is left of it, on request', async (_, __, damage) => {
    damage();
    const logger = createRecordingLogger();
    const ids = await open({ acceptsLoss: true, logger });
    expect(sent).toEqual(expect.arrayContaining(ids.slice(0, sent.length)));
    expect(logger.lines.join('\n')).toMatch(/HEDDLE_DATA_LOSS accepts that/);
    // The next start finds nothing to complain about.
    await open();
  });
});

describe('a database that was closed in order', () => {
  it('and cut off is refused, and what is left is saved on request', async () => {
    await end();
    truncateSync(path, Math.floor(statSync(path).size * 0.8));
    await expect(open()).rejects.toThrow(/heddle\.db has \d+ of its \d+ bytes: it was cut off/);
    const logger = createRecordingLogger();
    await open({ acceptsLoss: true, logger });
    expect(logger.lines.join('\n')).toMatch(/Saved: \d+ messages, \d+ documents/);
    const kept = readdirSync(folder).find((name) => name.startsWith('heddle.db-damaged-'));
    expect(readdirSync(join(folder, kept ?? ''))).toContain('heddle.db');
  });

  it('and deleted is a new one', async () => {
    await end();
    rmSync(path);
    expect(await open()).toEqual([]);
  });

  it('of another application is refused before anything is written', async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE customers (name TEXT)');
    other.close();
    const before = readFileSync(path);
    await expect(open()).rejects.toThrow(/database of another application .*customers/);
    expect(readFileSync(path)).toEqual(before);
  });

  it('that may not be written says so', async () => {
    await end();
    chmodSync(path, 0o444);
    await expect(open()).rejects.toThrow(/may not be read and written.*chmod u\+rw/);
  });
});

describe('damage inside', () => {
  it('is found after an unclean end, and the rows around it are saved', async () => {
    await end();
    const database = SqliteDatabase.open(path);
    const queue = new SqliteQueue(database, { clock: createFakeClock(Date.now()) });
    const body = 'x'.repeat(8000);
    const more = Array.from({ length: 400 }, (_, n) => ({ id: `big-${n}`, body }));
    await queue.send(more);
    await database.close();
    const pages = statSync(path).size / 16_384;
    overwrite(path, Buffer.alloc(16_384, 'x'), Math.floor(pages * 0.7) * 16_384);
    writeFileSync(`${path}-open-999999999`, '{"state":"open","boot":""}');
    writeFileSync(log(), readFileSync(join(killed, 'heddle.db-wal')).subarray(0, 32));
    await expect(open()).rejects.toThrow(/heddle\.db is damaged inside/);
    const logger = createRecordingLogger();
    const ids = await open({ acceptsLoss: true, logger });
    const big = ids.filter((id) => id.startsWith('big-'));
    expect(big.length).toBeGreaterThan(300);
    expect(big.length).toBeLessThan(400);
    expect(logger.lines.join('\n')).toContain('not all of messages');
  });
});
