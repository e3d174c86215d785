import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Run } from '../../shared/heddle/domain/run.ts';
import {
  type Container,
  checkHealth,
  createImage,
  hasOwnPids,
  type Image,
  isRoot,
  runContainer,
} from '../helpers/container.ts';
import { createDelivery, SECRET } from '../helpers/github.ts';

/** The image itself is not built: there is no Docker here. The rest is as the Dockerfile says. */

let image: Image;
beforeAll(() => {
  image = createImage();
});
afterAll(() => image.remove());

interface Scene {
  readonly volume: string;
  readonly env: Readonly<Record<string, string>>;
  /** Lets the actor end. */
  open(): void;
  start(env?: Readonly<Record<string, string>>): Promise<Container>;
  key(name?: 'host' | 'master'): string;
  runs(container: Container): Promise<readonly Run[]>;
}

function prepare(): Scene {
  const volume = image.createVolume();
  const gate = join(volume, 'gate');
  const env = { GITHUB_WEBHOOK_SECRET: SECRET, GATE: gate, HEDDLE_LOCK_SECONDS: '1' };
  const key = (name: 'host' | 'master' = 'host') => {
    const keys = JSON.parse(readFileSync(join(volume, 'keys.json'), 'utf8')) as object;
    return (keys as Record<string, string>)[name] ?? '';
  };
  return {
    ...{ volume, env, key },
    open: () => writeFileSync(gate, ''),
    async start(more = {}) {
      const container = await runContainer(image, { volume, env: { ...env, ...more } });
      onTestFinished(async () => {
        container.signal('SIGKILL');
        await container.exited;
      });
      return container;
    },
    async runs({ url }) {
      const answer = await ask(`${url}/api/v1/runs`, key());
      return ((await answer.json()) as { readonly items: readonly Run[] }).items;
    },
  };
}

const ask = (url: string, key?: string) =>
  fetch(url, key === undefined ? {} : { headers: { 'x-functions-key': key } });

async function push({ url }: Container, id = 'one'): Promise<number> {
  const { headers, body } = await createDelivery('{"ref":"main"}', { event: 'push', id });
  return (await fetch(`${url}/webhooks/github`, { method: 'POST', headers, body })).status;
}

async function end(container: Container, signal: NodeJS.Signals): Promise<number | null> {
  container.signal(signal);
  return container.exited;
}

function listImage(): readonly string[] {
  return globSync('**/*', { cwd: image.folder }).map(
    (path) => `${path} ${statSync(join(image.folder, path)).mtimeMs}`,
  );
}

describe('the container', () => {
  it('has the app and its host, without node_modules, and no settings', () => {
    const paths = globSync('**/*', { cwd: image.folder });
    expect(paths).toEqual(expect.arrayContaining(['app/index.mjs', 'app/host.json']));
    expect(paths.filter((path) => /node_modules|settings|\.env|\.ts$/.test(path))).toEqual([]);
    const bytes = paths.map((path) => statSync(join(image.folder, path)).size);
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(20 * 1024 * 1024);
  });

  it('is healthy, runs as another user, and writes nothing beside its volume', async () => {
    const before = listImage();
    const { volume, start, open, runs } = prepare();
    const container = await start();
    const { status, stdout } = checkHealth(image, container.port);
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { status: 'healthy' }]);
    open();
    expect(await push(container)).toBe(202);
    const user = isRoot ? 65_534 : process.getuid?.();
    await expect
      .poll(() => runs(container))
      .toMatchObject([{ status: 'succeeded', output: { uid: user } }]);
    expect(statSync(join(volume, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(listImage()).toEqual(before);
  });

  it.skipIf(!hasOwnPids)('is the first process of its container', async () => {
    const { start, open, runs } = prepare();
    const container = await start();
    open();
    await push(container);
    await expect.poll(() => runs(container)).toMatchObject([{ output: { pid: 1 } }]);
    expect(await end(container, 'SIGTERM')).toBe(0);
  });

  it('asks everybody for a key, which stays the same and is not printed', async () => {
    const { start, key } = prepare();
    const first = await start();
    const own = ['127.0.0.1', ...findOtherAddresses()];
    for (const address of own) {
      const url = `http://${address}:${first.port}`;
      expect((await ask(`${url}/api/v1/runs`)).status, address).toBe(401);
      expect((await ask(`${url}/api/v1/runs`, 'wrong')).status, address).toBe(401);
      expect((await ask(`${url}/api/v1/runs`, key())).status, address).toBe(200);
      expect((await ask(`${url}/admin/functions`, key())).status, address).toBe(401);
      expect((await ask(`${url}/admin/functions`, key('master'))).status, address).toBe(200);
      expect((await ask(`${url}/health`)).status, address).toBe(200);
    }
    const keys = [key(), key('master')];
    await end(first, 'SIGTERM');
    const second = await start();
    expect([key(), key('master')]).toEqual(keys);
    expect((await ask(`${second.url}/api/v1/runs`, keys[0])).status).toBe(200);
    expect(second.output()).toMatch(/^Host key: \S+\/keys\.json$/m);
    for (const one of keys) expect(first.output() + second.output()).not.toContain(one);
  });

  it('takes the keys of the environment, which the app does not see', async () => {
    const { volume, start, open } = prepare();
    const keys = { LOCAL_HOST_KEY: 'h'.repeat(40), LOCAL_HOST_MASTER_KEY: 'm'.repeat(40) };
    const container = await start(keys);
    open();
    await push(container);
    const url = `${container.url}/api/v1/runs`;
    await expect
      .poll(async () => (await ask(url, keys.LOCAL_HOST_KEY)).json())
      .toMatchObject({ items: [{ status: 'succeeded' }] });
    const { items } = (await (await ask(url, keys.LOCAL_HOST_KEY)).json()) as { items: Run[] };
    expect(items[0]).not.toHaveProperty('output.keys');
    expect(existsSync(join(volume, 'keys.json'))).toBe(false);
    expect(container.output()).toMatch(/^Host key: LOCAL_HOST_KEY$/m);
  });

  it('refuses everything of a source without a secret', async () => {
    const { start } = prepare();
    const container = await start({ GITHUB_WEBHOOK_SECRET: '' });
    expect(await push(container)).toBe(500);
  });
});

describe('SIGTERM', () => {
  it('waits for a run in flight, and ends with code 0', async () => {
    const { start, open, runs } = prepare();
    const container = await start();
    await push(container);
    await expect.poll(() => runs(container)).toMatchObject([{ status: 'running' }]);
    container.signal('SIGTERM');
    await expect.poll(() => push(container).catch(() => 'refused')).toBe('refused');
    open();
    expect(await container.exited).toBe(0);
    const next = await start();
    expect(await runs(next)).toMatchObject([{ status: 'succeeded', attempts: [{ attempt: 1 }] }]);
  });

  it('gives up after the time of its setting, and the next start makes the run', async () => {
    const { start, open, runs } = prepare();
    const container = await start({ LOCAL_HOST_STOP_SECONDS: '1' });
    await push(container);
    await expect.poll(() => runs(container)).toMatchObject([{ status: 'running' }]);
    expect(await end(container, 'SIGTERM')).toBe(1);
    expect(container.output()).toContain('Stopped after 1 s');
    open();
    const next = await start();
    await expect.poll(() => runs(next)).toMatchObject([{ status: 'succeeded' }]);
  });
});

describe('a container that was killed', () => {
  it('has lost nothing when the next one starts on its volume', async () => {
    const { start, open, runs } = prepare();
    const container = await start();
    for (const id of ['a', 'b', 'c']) expect(await push(container, id)).toBe(202);
    await end(container, 'SIGKILL');
    open();
    const next = await start();
    const done = async () => (await runs(next)).filter(({ status }) => status === 'succeeded');
    await expect.poll(done).toHaveLength(3);
  });
});

describe('a second container on the same volume', () => {
  it('works beside the first, and neither loses anything', async () => {
    const { start, open, runs } = prepare();
    open();
    const first = await start();
    expect(await push(first, 'before')).toBe(202);
    const second = await start();
    const ids = Array.from({ length: 40 }, (_, at) => `both-${at}`);
    const all = ids.map((id, at) => push(at % 2 === 0 ? first : second, id));
    expect(new Set(await Promise.all(all))).toEqual(new Set([202]));
    expect(await end(second, 'SIGTERM')).toBe(0);
    expect(await push(first, 'after')).toBe(202);
    const done = async () => (await runs(first)).filter(({ status }) => status === 'succeeded');
    await expect.poll(done).toHaveLength(42);
    expect(checkHealth(image, first.port).status).toBe(0);
  });
});

describe('a container that cannot work', () => {
  it('says which folder it cannot write, and as whom', async () => {
    const { volume, start } = prepare();
    close(volume);
    const container = await start();
    expect(await container.exited).toBe(1);
    const user = isRoot ? '65534' : '\\d+';
    expect(container.output()).toMatch(
      new RegExp(`The keys cannot be kept in \\S+keys\\.json \\(EACCES\\): .* uid ${user}\\.`),
    );
    expect(container.output()).not.toMatch(/^\s+at /m);
  });

  it('says so too where the keys are given', async () => {
    const { volume, start } = prepare();
    close(volume);
    const keys = { LOCAL_HOST_KEY: 'h'.repeat(40), LOCAL_HOST_MASTER_KEY: 'm'.repeat(40) };
    const container = await start(keys);
    expect(await container.exited).toBe(1);
    expect(container.output()).toContain(volume);
  });

  it('fails the health check while nothing answers', () => {
    const { status, stdout } = checkHealth(image, '1');
    expect(status).toBe(1);
    expect(stdout).toContain('/health did not answer');
  });
});

/** Takes from the container's user what a bind mount often does not give. */
function close(volume: string): void {
  if (isRoot) chownSync(volume, 0, 0);
  chmodSync(volume, 0o555);
}

function findOtherAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return all.filter((one) => !one.internal && one.family === 'IPv4').map(({ address }) => address);
}
