import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** The whole command, beside a package in the making. */

const repository = resolve(import.meta.dirname, '../..');
const root = mkdtempSync(join(tmpdir(), 'heddle-deploy-check-'));
const temporary = join(root, 'tmp');

beforeAll(() => {
  const isDeployment = (path: string) => !/infra\/(local|examples)/.test(path);
  cpSync(join(repository, 'infra'), join(root, 'infra'), { recursive: true, filter: isDeployment });
  cpSync(join(repository, 'host.json'), join(root, 'host.json'));
  cpSync(join(repository, 'test/fixtures/user-app'), root, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const folder of [temporary, join(root, 'build')]) mkdirSync(folder);
  writeFileSync(join(root, 'build/half-made'), '');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function check(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly output: string }> {
  const args = [join(repository, 'infra/deploy-check.ts'), '--app', root];
  const options = { env: { PATH: process.env.PATH, HOME: root, TMPDIR: temporary, ...env } };
  return new Promise((done) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

it('builds in a folder of its own, removes it, and leaves build/ alone', async () => {
  const { code, output } = await check({ AZURE_ENV_NAME: 'shop' });
  expect(output).toMatch(/ok +Bundle: \d+ functions/);
  expect(output).toMatch(/ok +Secrets[^\n]*\n +warning: source github: no secret is set/);
  expect(code).toBe(0);
  expect(readdirSync(temporary).filter((name) => name.startsWith('heddle-check'))).toEqual([]);
  expect(readdirSync(join(root, 'build'))).toEqual(['half-made']);
});

it('ends with 1 where something would not work, and removes the folder too', async () => {
  const { code, output } = await check({ MORE_SECRETS_JSON: '{' });
  expect(output).toMatch(/FAULT +Secrets\n +MORE_SECRETS_JSON: is no JSON object/);
  expect(code).toBe(1);
  expect(readdirSync(temporary).filter((name) => name.startsWith('heddle-check'))).toEqual([]);
  expect(existsSync(join(root, 'build/half-made'))).toBe(true);
});
