import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/**
 * Everything goes wrong at once, for two minutes. What is sent and what goes wrong is the same in
 * every run; `SLOW_SEED=random npm run test:slow` tries others.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { SLOW_SEED = '20261130' } = process.env;
const execute = promisify(execFile);

describe('chaos', () => {
  it.each(['embedded', 'azure'])('loses, doubles and falsely fails nothing: %s', async (mode) => {
    const args = ['--only', 'mixed', '--mode', mode, '--minutes', '1', '--seed', SLOW_SEED];
    console.log(`npm run chaos -- ${args.join(' ')}`);
    const options = { cwd: root, maxBuffer: 2 ** 26 };
    const ended = await execute(process.execPath, ['test/chaos/main.ts', ...args], options).catch(
      (error: { readonly stdout: string; readonly stderr: string }) => error,
    );
    console.log(ended.stdout);
    expect(ended, ended.stdout).not.toBeInstanceOf(Error);
  });
});
