import { matchesGlob } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { ROOMS, type Room } from './rooms.ts';

/**
 * `npm run mutate -- [room…]` changes the code of a room in one place at a time, and runs the unit
 * tests that reach it: a change that no test notices is printed.
 */

const HELP = `Usage: npm run mutate -- [room…] [--file GLOB] [--again]

Rooms: ${Object.keys(ROOMS).join(', ')} (default: all, one after the other; minutes to an hour)
  --file GLOB   only files that match, such as '**/release-slots.ts'
  --again       runs what the last run has not killed, and what has changed in the room or its tests`;

interface Score {
  readonly file: string;
  readonly killed: number;
  readonly total: number;
}

const CAUGHT = ['Killed', 'Timeout', 'CompileError', 'RuntimeError'];
const OUT = ['Ignored', 'CompileError', 'RuntimeError'];

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(HELP);
  const again = args.indexOf('--again');
  if (again !== -1) args.splice(again, 1);
  const at = args.indexOf('--file');
  const [, glob] = at === -1 ? [] : args.splice(at, 2);
  const unknown = args.filter((name) => !Object.hasOwn(ROOMS, name));
  if (unknown.length > 0 || (at !== -1 && glob === undefined)) {
    console.error(`There is no room ${unknown.join(', ')}.\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const names = args.length > 0 ? args : Object.keys(ROOMS);
  const scores: Score[] = [];
  for (const name of names) scores.push(...(await mutate(name, glob, again !== -1)));
  print(scores);
}

async function mutate(
  name: string,
  glob: string | undefined,
  isAgain: boolean,
): Promise<readonly Score[]> {
  const { mutate, tests } = ROOMS[name] as Room;
  process.env.MUTATE_TESTS = tests.join(',');
  const stryker = new Stryker({
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutate/vitest.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner', './test/mutate/wording.ts'],
    ignorers: ['wording'],
    mutate: glob === undefined ? [...mutate] : [glob],
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 30,
    disableTypeChecks: false,
    incremental: true,
    incrementalFile: `build/mutate/${name}.json`,
    force: !isAgain,
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: {
      allowColor: false,
      logTests: false,
      reportTests: false,
      reportScoreTable: false,
    },
    tempDirName: 'build/mutants',
    ignorePatterns: ['build', '.heddle', '/.git'],
  } as ConstructorParameters<typeof Stryker>[0]);
  const scores = count(await stryker.runMutationTest());
  // What the last run has found in other files is reported along with this one's.
  return scores.filter(({ file }) => glob === undefined || matchesGlob(file, glob));
}

type Mutants = Awaited<ReturnType<Stryker['runMutationTest']>>;

function count(mutants: Mutants): Score[] {
  const files = Map.groupBy(
    mutants.filter(({ status }) => !OUT.includes(status)),
    ({ fileName }) => fileName.replace(`${process.cwd()}/`, ''),
  );
  return [...files].map(([file, found]) => ({
    file,
    killed: found.filter(({ status }) => CAUGHT.includes(status)).length,
    total: found.length,
  }));
}

function print(scores: readonly Score[]): void {
  const killed = scores.reduce((sum, score) => sum + score.killed, 0);
  const total = scores.reduce((sum, score) => sum + score.total, 0);
  const all = [...scores].sort((a, b) => a.killed / a.total - b.killed / b.total);
  for (const score of [...all, { file: 'all', killed, total }]) {
    const percent = Math.floor((100 * score.killed) / score.total);
    console.log(
      `${String(percent).padStart(3)} %  ${score.killed} of ${score.total}  ${score.file}`,
    );
  }
}

await main();
