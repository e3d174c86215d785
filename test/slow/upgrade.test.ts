import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningApp, UserClone } from './user-clone.ts';
import { USERS_FILES } from './users-files.ts';

/** A user's path with a clone, from the first file to the merge of the next version. */

const LATE = { timeout: 60_000, interval: 200 };
const SECRET = 'a-key-for-this-test-alone';
let clone: UserClone;

beforeAll(async () => {
  clone = await UserClone.create();
  await clone.run('npm', 'ci', '--no-audit', '--no-fund');
});
afterAll(() => clone.remove());

async function listRuns({
  url,
}: RunningApp): Promise<readonly { trigger: string; status: string }[]> {
  const answer = await fetch(`${url}/api/v1/runs?limit=200`);
  return ((await answer.json()) as { items: { trigger: string; status: string }[] }).items;
}

/** The app starts, and each of the user's triggers runs its actor to a good end. */
async function expectAllRuns(): Promise<void> {
  rmSync(join(clone.folder, '.heddle'), { recursive: true, force: true });
  const app = await clone.start();
  try {
    await clone.run('npm', 'run', 'send', '--', 'github', 'issues.opened', '--url', app.url);
    const order = await fetch(`${app.url}/webhooks/custom/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': SECRET },
      body: JSON.stringify({ id: 'o-1', type: 'order.placed', total: 7 }),
    });
    expect(order.status).toBe(202);
    const wanted = ['count-greeted', 'count-orders', 'greet', 'letters'];
    await vi.waitFor(async () => {
      const runs = (await listRuns(app)).filter(({ status }) => status === 'succeeded');
      expect([...new Set(runs.map(({ trigger }) => trigger))].sort()).toEqual(wanted);
    }, LATE);
  } finally {
    await app.stop();
  }
}

describe('a user who adds an actor, an endpoint, a poller, an event and a dependency', () => {
  beforeAll(async () => {
    rmSync(join(clone.folder, 'shared/app/actors/pr-reviewer.ts'));
    rmSync(join(clone.folder, 'test/app/pr-reviewer.test.ts'));
    clone.write(USERS_FILES);
    const install = ['install', '--workspace', 'app', '--no-audit', '--no-fund', 'ms@2.1.3'];
    await clone.run('npm', ...install);
    await clone.run('npm', ...install, '--save-dev', '@types/ms@2.1.0');
    const settings = readFileSync(join(clone.folder, 'local.settings.example.json'), 'utf8');
    const local = JSON.parse(settings) as { Values: Record<string, string> };
    local.Values.ORDERS_SECRET = SECRET;
    writeFileSync(join(clone.folder, 'local.settings.json'), JSON.stringify(local));
    await clone.commit('Add our actors');
  });

  it('passes the checks, whose style is not imposed on the user', async () => {
    await clone.run('npm', 'run', 'check');
  });

  it('runs the tests of the app alone', async () => {
    expect(await clone.run('npm', 'run', 'test:app')).toMatch(/Tests.*1 passed/s);
  });

  it('passes the tests that could see what the user has changed', async () => {
    const affected = [
      'test/unit/infra',
      'test/unit/composition',
      'test/unit/actors',
      'test/e2e/bundle',
    ];
    await clone.run('npx', 'vitest', 'run', '--project', 'all', ...affected);
  });

  it('has everything found, and run', expectAllRuns);

  it('merges the next version without a conflict outside package-lock.json', async () => {
    await makeNextVersion();
    const conflicts = await mergeNextVersion();
    expect(conflicts.filter((path) => path !== 'package-lock.json')).toEqual([]);
    await clone.run('npm', 'install', '--no-audit', '--no-fund');
    await clone.commit('Merge the next version');
    const { version } = JSON.parse(
      readFileSync(join(clone.folder, 'shared/heddle/package.json'), 'utf8'),
    ) as { version: string };
    expect(version).toBe('99.0.0');
  });

  it('has everything found, and run, after the merge', expectAllRuns);

  it('passes the tests of the app after the merge', async () => {
    expect(await clone.run('npm', 'run', 'test:app')).toMatch(/Tests.*1 passed/s);
  });
});

/** A version of the product that changes every file of it, on the commit that the user cloned. */
async function makeNextVersion(): Promise<void> {
  await clone.run('git', 'branch', '--quiet', 'users');
  await clone.run('git', 'checkout', '--quiet', '-b', 'next', 'HEAD~1');
  const files = await clone.run('git', 'ls-files', 'shared/heddle', 'functions', 'infra', 'test');
  const own = /^(infra\/triggers\.yaml|shared\/app\/|test\/app\/)/;
  for (const path of files.trim().split('\n')) {
    if (path.endsWith('.ts') && !own.test(path)) append(path, '\n// The next version.\n');
  }
  for (const path of ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md']) append(path, '\nNext.\n');
  setVersion('shared/heddle/package.json');
  setVersion('package.json');
  await clone.run('npm', 'install', '--save-exact', '--no-audit', '--no-fund', 'yaml@2.8.1');
  await clone.commit('The next version');
  await clone.run('git', 'checkout', '--quiet', 'users');
}

/** @returns the paths in conflict, each taken from the next version */
async function mergeNextVersion(): Promise<readonly string[]> {
  try {
    await clone.run('git', 'merge', '--no-edit', 'next');
    return [];
  } catch {
    const listed = await clone.run('git', 'diff', '--name-only', '--diff-filter=U');
    const paths = listed
      .trim()
      .split('\n')
      .filter((path) => path !== '');
    for (const path of paths) await clone.run('git', 'checkout', '--theirs', '--', path);
    return paths;
  }
}

function append(path: string, text: string): void {
  const file = join(clone.folder, path);
  writeFileSync(file, readFileSync(file, 'utf8') + text);
}

function setVersion(path: string): void {
  const file = join(clone.folder, path);
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, `${JSON.stringify({ ...json, version: '99.0.0' }, null, 2)}\n`);
}
