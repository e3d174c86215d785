import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assertAllStates } from './all-states.ts';
import { readContents } from './contents.ts';
import { type Expected, readJournal, toEnds } from './expectations.ts';
import { FolderHost } from './folder-host.ts';
import { Making, toPath } from './making.ts';
import { packFolder } from './packed-folder.ts';
import { leaveDeadLetter, leaveEarlierTriggers } from './stages/before.ts';
import { leaveEnded } from './stages/ended.ts';
import { interruptAgain, leaveInQueue, leaveOpen } from './stages/open.ts';

/**
 * Makes a data folder as this version leaves it when its processes are killed, with every state that the
 * store can be in: `node test/data-folders/make.ts [folder]`.
 */
async function make(out: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-making-'));
  try {
    const making = new Making(folder);
    const expected = await leaveAllStates(making);
    mkdirSync(out, { recursive: true });
    packFolder(making.settings.dataDir, join(out, 'data'));
    cpSync(making.settings.triggersFile, join(out, 'triggers.yaml'));
    writeFileSync(join(out, 'expected.json'), `${JSON.stringify(expected, undefined, 1)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function leaveAllStates(making: Making): Promise<Expected> {
  await leaveEarlierTriggers(making);
  await leaveDeadLetter(making);
  const keyed = await leaveEnded(making);
  await leaveOpen(making);
  const polled = await interruptAgain(making);
  shortenLog(making.settings.dataDir);
  const pending = [polled, ...(await leaveInQueue(making))];
  const killedAt = making.now();
  const contents = await readLeft(making, killedAt);
  assertAllStates(contents, killedAt);
  const ends = toEnds(contents.runs, readJournal(making.settings.journal));
  return { version, killedAt, contents, ends, pending, keyed };
}

/** Reads a copy of the folder, with dispatch off, so that the folder stays as it is. */
async function readLeft({ settings }: Making, at: string) {
  const dataDir = `${settings.dataDir}-copy`;
  cpSync(settings.dataDir, dataDir, { recursive: true });
  const host = await FolderHost.start({ ...settings, dataDir }, { at, isDispatching: false });
  const contents = await readContents(host);
  await host.stop();
  return contents;
}

/** The log that the last crash leaves is then as long as what was written since. */
function shortenLog(dataDir: string): void {
  const database = new DatabaseSync(join(dataDir, 'heddle.db'));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  // Closed in order, the log would be gone; the next process begins it anew.
  database.close();
}

const { version } = JSON.parse(readFileSync(toPath('../../package.json'), 'utf8')) as {
  readonly version: string;
};
const out = resolve(process.argv[2] ?? toPath(`../fixtures/data-folders/${version}`));
if (existsSync(out)) throw new Error(`${out} is there already: a data folder is kept as it is`);
await make(out);
