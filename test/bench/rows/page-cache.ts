import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillWithRuns } from '../../helpers/many-runs.ts';
import type { Result, Row } from '../harness/row.ts';
import { ROOT } from '../harness/servers.ts';
import { toRatio, toSpread } from '../harness/statistics.ts';
import type { CacheFigures } from '../servers/page-cache.ts';

const RUNS = 500_000;
const ROUNDS = 5;
/** In MB. The first is what the others are compared with. */
const SIZES = [8, 2, 64, 256];
const SCRIPT = join(ROOT, 'test/bench/servers/page-cache.ts');

export const pageCache: Row = {
  name: 'page-cache',
  about: `writes, lists and memory of the embedded store at ${RUNS} runs, by HEDDLE_SQLITE_CACHE_MB`,
  async run({ workDir, say }) {
    const path = join(workDir, 'page-cache.db');
    say(`writing ${RUNS} runs`);
    await fillWithRuns(path, RUNS);
    const figures = new Map<number, CacheFigures[]>(SIZES.map((size) => [size, []]));
    for (let round = 1; round <= ROUNDS; round++) {
      say(`round ${round} of ${ROUNDS}`);
      for (const [size, found] of figures) found.push(await measure(path, size));
    }
    rmSync(path);
    return [...figures].flatMap(([size, found]) => toResults(size, found, figures.get(8) ?? []));
  },
};

/** Works on a copy, so that each round begins with the same file. */
async function measure(path: string, size: number): Promise<CacheFigures> {
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  const child = fork(SCRIPT, [copy, `${size}`]);
  const [figures] = (await once(child, 'message')) as [CacheFigures];
  if (child.exitCode === null) await once(child, 'exit');
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true });
  return figures;
}

function toResults(
  size: number,
  found: readonly CacheFigures[],
  base: readonly CacheFigures[],
): readonly Result[] {
  const toResult = (name: string, unit: string, field: keyof CacheFigures): Result => {
    const [own, other] = [found.map((one) => one[field]), base.map((one) => one[field])];
    const compared = { baseline: toSpread(other), ratio: toRatio(own, other) };
    const result = { name: `${name}, ${size} MB`, unit, value: toSpread(own) };
    return size === SIZES[0] ? result : { ...result, ...compared };
  };
  return [
    toResult('runs written', '/s', 'writesPerSecond'),
    toResult('lists read', '/s', 'listsPerSecond'),
    toResult('resident memory', 'MB', 'residentMb'),
  ];
}
