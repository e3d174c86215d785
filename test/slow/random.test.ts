import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';

/**
 * Other random cases than those of `npm test`, and more of them. They are the same in every run, so
 * that a failure comes from a change; `SLOW_SEED=random npm run test:slow` tries others.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { SLOW_SEED = '20261130' } = process.env;
const seed = SLOW_SEED === 'random' ? Date.now() % 2 ** 31 : Number(SLOW_SEED);
const execute = promisify(execFile);

async function runTests(settings: Readonly<Record<string, string>>, ...files: readonly string[]) {
  const shown = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  console.log(`${shown.join(' ')} npx vitest run --project all ${files.join(' ')}`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'all', ...files];
  const options = { cwd: root, env: { ...process.env, ...settings }, maxBuffer: 2 ** 26 };
  await execute(process.execPath, args, options);
}

describe('random cases', () => {
  it('of a run’s life', () =>
    runTests({ RUN_LIFE_RUNS: '1500', RUN_LIFE_SEED: `${seed}` }, 'test/unit/run-life'));

  it('of everything else that is random', () =>
    runTests({ FAST_CHECK_SEED: `${seed}` }, 'test/unit', 'test/contract'));
});
