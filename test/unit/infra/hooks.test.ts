import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isProvisioned } from '../../../infra/deploy/resolve-definitions.ts';
import { AzdEnvironment } from '../../azd/environment.ts';
import { putAzdOnPath } from '../../azd/on-path.ts';

/** The hooks of azure.yaml one by one, in an empty project; test/slow/deploy.test.ts runs them all. */

const hooks = resolve(import.meta.dirname, '../../../infra/hooks');
const installer = resolve(hooks, '../local/ensure-installed.mjs');
const execute = promisify(execFile);
let root: string;
let bin: ReturnType<typeof putAzdOnPath>;
let azd: AzdEnvironment;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-hooks-'));
  bin = putAzdOnPath();
  azd = AzdEnvironment.create(root, 'shop');
});
afterEach(() => {
  for (const folder of [root, bin.folder]) rmSync(folder, { recursive: true, force: true });
});

function addCommand(name: string, script: string): void {
  const path = join(bin.folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Runs as a hook of azd: with the values of its environment. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  azd.reload();
  const clean = { PATH: bin.path, HOME: root, ...azd.values, ...env };
  const { stdout, stderr } = await execute(process.execPath, [...args], { cwd: root, env: clean });
  azd.reload();
  return stdout + stderr;
}

const call = (file: string, code: string) => [
  ...['--input-type=module', '-e'],
  `import * as hook from ${JSON.stringify(pathToFileURL(join(hooks, file)).href)};${code}`,
];
const makeSecrets = (env?: NodeJS.ProcessEnv) =>
  run(call('make-secrets.mjs', 'hook.makeSecrets()'), env);
const noteProvisioned = () => run([join(hooks, 'postprovision.mjs')]);
const NAMES = ['HEDDLE_LINK_SECRET', 'HEDDLE_ADMIN_KEY'];

describe('the definitions that Azure has', () => {
  test('are known by their hash once a provision has succeeded', async () => {
    const encoded = { DEFINITIONS_B64: 'e30=', DEFINITIONS_B64_2: '' };
    azd.set(encoded);
    expect(isProvisioned('e30=', azd.values)).toBeUndefined();
    await noteProvisioned();
    expect(isProvisioned('e30=', azd.values)).toBe(true);
    // Handed on to a provision that fails.
    azd.set({ ...encoded, DEFINITIONS_B64: 'W10=' });
    expect(isProvisioned('W10=', azd.values)).toBe(false);
    await noteProvisioned();
    expect(isProvisioned('W10=', azd.values)).toBe(true);
  });
});

describe('secrets that a deployment makes', () => {
  test('have 256 bits, are set where they are missing, and are never printed', async () => {
    azd.set({ HEDDLE_ADMIN_KEY: 'mine' });
    const output = await makeSecrets();
    expect(azd.values.HEDDLE_ADMIN_KEY).toBe('mine');
    const made = azd.values.HEDDLE_LINK_SECRET ?? '';
    expect(Buffer.from(made, 'base64url')).toHaveLength(32);
    expect(output).toBe('Made and kept in the azd environment: HEDDLE_LINK_SECRET.\n');
    expect(await makeSecrets()).toBe('');
    expect(azd.values.HEDDLE_LINK_SECRET).toBe(made);
  });

  test('are not made by CI, which would make others each time', async () => {
    expect(await makeSecrets({ CI: 'true' })).toMatch(/not made by CI: HEDDLE_LINK_SECRET, /);
    expect(azd.values).not.toHaveProperty('HEDDLE_LINK_SECRET');
  });

  test('are taken from the vault of a deployment that another machine made', async () => {
    azd.set({ KEY_VAULT_NAME: 'kv-shop' });
    addCommand(
      'az',
      'case "$*" in *HEDDLE-LINK-SECRET*) echo of-the-vault;; *) echo "(SecretNotFound) no" >&2; exit 3;; esac',
    );
    const output = await makeSecrets();
    expect(azd.values.HEDDLE_LINK_SECRET).toBe('of-the-vault');
    expect(Buffer.from(azd.values.HEDDLE_ADMIN_KEY ?? '', 'base64url')).toHaveLength(32);
    expect(output).not.toContain('of-the-vault');
  });

  test('are left to a vault that does not answer, and the way by hand is said', async () => {
    azd.set({ KEY_VAULT_NAME: 'kv-shop' });
    addCommand('az', 'echo "Forbidden" >&2; exit 1');
    expect(await makeSecrets()).toMatch(
      /could not be asked.*\n.*\n +azd env set HEDDLE_LINK_SECRET/,
    );
    for (const name of NAMES) expect(azd.values).not.toHaveProperty(name);
  });
});

describe('values of a pipeline', () => {
  test('reach the azd environment without blank ones, and without the escapes of azd', async () => {
    const more = { ACME_SECRET: 'a"$b\\c' };
    const escaped = JSON.stringify(JSON.stringify(more)).slice(1, -1);
    const output = await run([join(hooks, 'ci-environment.mjs')], {
      ...{ MORE_SECRETS_JSON: escaped, STORAGE_QUEUES_JSON: '["orders"]' },
      ...{ MAXIMUM_INSTANCE_COUNT: '', HTTP_ALLOW_JSON: ' ', SLACK_SIGNING_SECRET: 'slack-secret' },
    });
    expect(azd.values).toEqual({
      ...{ AZURE_ENV_NAME: 'shop', SLACK_SIGNING_SECRET: 'slack-secret' },
      ...{ MORE_SECRETS_JSON: JSON.stringify(more), STORAGE_QUEUES_JSON: '["orders"]' },
    });
    expect(output).toContain('SLACK_SIGNING_SECRET');
    expect(output).not.toContain('slack-secret');
  });
});

describe('what follows a deployment', () => {
  test('goes on after a step that failed, and says what to do by hand', async () => {
    const steps = `[
      { name: 'One', run() { throw new Error('no answer'); }, byHand: 'do it' },
      { name: 'Two', run: ({ env, log }) => log('two in ' + env.AZURE_ENV_NAME), byHand: '' },
    ]`;
    expect(await run(call('postdeploy-steps.mjs', `await hook.runSteps(${steps})`))).toBe(
      'One: not done, and the deployment stands: no answer. By hand: do it.\ntwo in shop\n',
    );
  });
});

describe('the installation', () => {
  const marker = () => join(root, 'node_modules/.package-lock.json');
  const count = () => readFileSync(join(root, 'count'), 'utf8').trim().split('\n').length;

  beforeEach(() => {
    writeFileSync(join(root, 'package-lock.json'), '{}');
    // Waits for `go`, so that a second one begins meanwhile.
    addCommand(
      'npm',
      'echo "$@" >> count; while [ ! -e go ]; do :; done; mkdir -p node_modules; : > node_modules/.package-lock.json',
    );
  });

  test('happens once where two begin at the same time', async () => {
    const one = run([installer]);
    await expect.poll(() => existsSync(join(root, 'count'))).toBe(true);
    const second = spawn(process.execPath, [installer], {
      ...{ cwd: root, env: { PATH: bin.path }, stdio: ['ignore', 'pipe', 'inherit'] },
    });
    let output = '';
    second.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    const ended = new Promise((done) => second.once('exit', done));
    await expect.poll(() => output).toContain('Waiting for another installation');
    writeFileSync(join(root, 'go'), '');
    expect([await one, await ended]).toEqual(['Installing dependencies (npm ci) …\n', 0]);
    expect(count()).toBe(1);
    expect(existsSync(marker())).toBe(true);
  });

  test('does not wait for one that was killed, and leaves nothing to do', async () => {
    const killed = spawn(process.execPath, [installer], {
      ...{ cwd: root, env: { PATH: bin.path }, stdio: 'ignore', detached: true },
    });
    await expect.poll(() => existsSync(join(root, 'count'))).toBe(true);
    const ended = new Promise((done) => killed.once('exit', done));
    process.kill(-(killed.pid ?? 0), 'SIGKILL');
    await ended;
    writeFileSync(join(root, 'go'), '');
    await run([installer]);
    expect(count()).toBe(2);
    expect(await run([installer])).toBe('');
    expect(count()).toBe(2);
  });
});
