import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
const launcher = join(repository, 'shared/heddle/cli/heddle.mjs');

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node in the app's folder, as the app's code is resolved from there. */
function run(...given: readonly string[]): Promise<Ended> {
  const options = { cwd: join(repository, 'test/fixtures/own-app'), env: process.env };
  return new Promise((settle) => {
    execFile(process.execPath, given, options, (error, stdout, stderr) =>
      settle({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const evaluate = (code: string) => run('--input-type=module', '-e', code);
const load = (name: string) =>
  evaluate(`import('${name}').then((found) => console.log(Object.keys(found).join()),
    (error) => console.log(error.code));`);

describe('the package heddle', () => {
  it('has what authors need, without a build', async () => {
    const { stdout } = await load('heddle');
    const names = stdout.trim().split(',');
    expect(names).toEqual(
      expect.arrayContaining([
        ...['Actor', 'Poller', 'createRuntime', 'defineActors', 'defineApp', 'defineEndpoint'],
        ...['defineEvents', 'defineSource', 'HmacKeys', 'verifyToken', 'checkTimestamp'],
        ...['RejectedError', 'RetryableError', 'TerminalError', 'fire', 'fireEach', 'skip'],
      ]),
    );
  });

  it.each([
    'heddle/domain/run.ts',
    'heddle/domain/run',
    'heddle/index.ts',
    'heddle/composition/open-app.ts',
    'heddle/cli/main.ts',
  ])('keeps %s to itself', async (name) => {
    expect((await load(name)).stdout.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('the command line heddle', () => {
  it('says what it can do', async () => {
    const { code, stdout } = await run(launcher, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Usage: heddle \[options\] \[command\][\s\S]*send \[options\] <source> <type>/,
    );
    expect((await run(launcher, 'send', '--help')).stdout).toContain('Usage: heddle send');
  });

  it('names the sources that it has examples of', async () => {
    const { code, stderr } = await run(launcher, 'send', 'nobody', 'push');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^There are no examples of "nobody"\. Known sources: .*github/);
  });

  it('runs on the Node of the clone where this one is too old for TypeScript', async () => {
    const { code, stdout } = await evaluate(`
      Object.defineProperty(process.versions, 'node', { value: '20.19.0' });
      process.argv = [process.argv[0], 'heddle', '--help'];
      await import(${JSON.stringify(launcher)});`);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: heddle');
  });
});
