import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result, Row } from '../harness/row.ts';
import { ROOT } from '../harness/servers.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';
import type { PollFigures } from '../servers/poll-files.ts';

const FILES = 100_000;
const FOLDERS = 100;
const ROUNDS = 7;
const SCRIPT = join(ROOT, 'test/bench/servers/poll-files.ts');
const EXPECTED = 'created, deleted, modified, moved';

export const files: Row = {
  name: 'files',
  about: `a poll of ${FILES} files, in ${FOLDERS} folders and in one, against reading the same alone`,
  async run({ workDir, say }) {
    const results: Result[] = [];
    for (const folders of [FOLDERS, 1]) {
      const root = join(workDir, `files-${folders}`);
      say(`writing ${FILES} files in ${folders === 1 ? 'one folder' : `${folders} folders`}`);
      createFiles(root, folders);
      results.push(...(await measure(root, folders)));
      rmSync(root, { recursive: true });
    }
    return results;
  },
};

function createFiles(root: string, folders: number): void {
  for (let folder = 0; folder < folders; folder++)
    mkdirSync(join(root, `${folder}`, 'deep'), { recursive: true });
  for (let index = 0; index < FILES; index++) {
    const name = `export-2026-11-21-${index}.csv`;
    writeFileSync(join(root, `${index % folders}`, name), 'x'.repeat(index % 50));
  }
}

async function measure(root: string, folders: number): Promise<readonly Result[]> {
  const child = fork(SCRIPT, [root]);
  try {
    await once(child, 'message');
    const first = await poll(child);
    const same: PollFigures[] = [];
    while (same.length < ROUNDS) same.push(await poll(child));
    changeFour(root, folders);
    const four = await poll(child);
    check(first, same, four);
    const where = folders === 1 ? 'in one folder' : `in ${folders} folders`;
    return toResults(where, { first, same, four });
  } finally {
    child.disconnect();
  }
}

async function poll(child: ChildProcess): Promise<PollFigures> {
  child.send('poll');
  const [figures] = (await once(child, 'message')) as [PollFigures];
  return figures;
}

function changeFour(root: string, folders: number): void {
  const toPath = (index: number) =>
    join(root, `${index % folders}`, `export-2026-11-21-${index}.csv`);
  appendFileSync(toPath(1), 'more');
  renameSync(toPath(2), join(root, '0', 'deep', 'moved.csv'));
  rmSync(toPath(3));
  writeFileSync(join(root, '0', 'new.csv'), 'new');
}

/** Fails where a poll reported the wrong changes, however quick it was. */
function check(first: PollFigures, same: readonly PollFigures[], four: PollFigures): void {
  const told = [first, ...same].flatMap(({ events }) => events);
  const found = four.events.toSorted().join(', ');
  if (told.length > 0) throw new Error(`nothing had changed, and the poll told of ${told.length}`);
  if (found !== EXPECTED) throw new Error(`expected ${EXPECTED}, found ${found}`);
  if (same.some(({ hasState }) => hasState))
    throw new Error('a poll that saw nothing left a state');
}

interface Polls {
  readonly first: PollFigures;
  readonly same: readonly PollFigures[];
  readonly four: PollFigures;
}

function toResults(where: string, { first, same, four }: Polls): readonly Result[] {
  const [times, bare] = [same.map(({ ms }) => ms), same.map(({ bareMs }) => bareMs)];
  const one = (name: string, unit: string, value: number): Result => ({
    ...{ name: `${name}, ${where}`, unit, value: toSpread([value]) },
  });
  return [
    {
      ...{ name: `a poll of ${FILES} files, ${where}`, unit: 'ms', bound: { atMost: 2 } },
      ...{ value: toSpread(times), baseline: toSpread(bare), ratio: toRatio(times, bare) },
      note: 'nothing has changed; against readdir and lstat alone',
    },
    one('the first poll', 'ms', first.ms),
    { ...one('a poll that tells of four', 'ms', four.ms), note: EXPECTED },
    one(
      'longest time that it holds others up',
      'ms',
      Math.max(...same.map((poll) => poll.blockedMs)),
    ),
    one('state in the store', 'KB', four.stateKb),
    one('memory at the most, above that of reading', 'MB', four.peakMb),
  ];
}
