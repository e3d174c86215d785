import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHostApp, startHost } from '../helpers/local-host.ts';

const LATE = { timeout: 30_000 };
const VERSION = /^The new version runs\.$/gm;

/** An app that answers with the text in code/text.js, which is watched. */
function createApp(): { readonly app: string; write(name: string, text: string): void } {
  const app = createHostApp({
    'index.js': `import { app } from '@azure/functions';
      import { text } from './code/text.js';
      app.get('text', { handler: async () => ({ body: text }) });
      app.get('slow', { handler: async (_request, context) => {
        context.log('slow began');
        while (!(await import('node:fs')).existsSync('released')) await new Promise((r) => setTimeout(r, 20));
        return { body: text };
      } });`,
    'code/text.js': "export const text = 'one';",
  });
  return { app, write: (name, text) => writeFileSync(join(app, name), text) };
}

const start = (app: string, ...more: readonly string[]) =>
  startHost({ app, args: ['--watch', 'code', ...more] });

/** Says which process loads it, and has loaded once there is a file "released". */
const toSlowVersion = (number: number) => `
  import { existsSync } from 'node:fs';
  console.log('loads ${number} as ' + process.pid + '.');
  while (!existsSync('released')) await new Promise((r) => setTimeout(r, 20));
  export const text = 'version ${number}';`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A connection that comes while the port is closed may be left unanswered. */
const knock = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => 'refused');

describe('a host that watches', () => {
  it('runs the new version, on the same port', async () => {
    const { app, write } = createApp();
    const host = await start(app);
    const get = async () => (await fetch(`${host.url}/text`)).text();
    expect(await get()).toBe('one');
    write('code/text.js', "export const text = 'two';");
    await host.waitFor(VERSION);
    expect(await get()).toBe('two');
    expect(host.output().match(/Heddle is ready/g)).toHaveLength(1);
    expect((await host.stop()).exitCode).toBe(0);
  });

  it('keeps its keys, and the app does not see them', async () => {
    const { app, write } = createApp();
    const host = await start(app, '--enableAuth');
    const [, master = ''] = await host.waitFor(/^Master key: (\S+)$/m);
    write('code/text.js', 'export const text = "keys: " + process.env.LOCAL_HOST_KEYS;');
    await host.waitFor(VERSION);
    expect(await (await fetch(`${host.url}/text`)).text()).toBe('keys: undefined');
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${host.url}/admin/host/status`, { headers })).status;
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ 'x-functions-key': master })).toBe(200);
    expect(host.output().match(/Master key/g)).toHaveLength(1);
    await host.stop();
  });

  it('sees a file that another is renamed to, and a new folder', async () => {
    const { app, write } = createApp();
    const host = await start(app);
    write('text.new', "export const text = 'renamed';");
    renameSync(join(app, 'text.new'), join(app, 'code/text.js'));
    await host.waitFor(VERSION);
    expect(await (await fetch(`${host.url}/text`)).text()).toBe('renamed');
    mkdirSync(join(app, 'code/more'));
    write('code/more/a.js', '');
    await host.waitFor(/Changed: code\/more\/a\.js\./);
    await host.stop();
  });

  it('says what is wrong with a change, and runs the version before until it is put right', async () => {
    const { app, write } = createApp();
    const host = await start(app);
    const get = async () => (await fetch(`${host.url}/text`)).text();
    write('code/text.js', 'export const text = ;');
    await host.waitFor(/SyntaxError[\s\S]*The change has not been taken over/);
    expect(await get()).toBe('one');
    write('code/text.js', "throw new Error('it throws'); export const text = 'two';");
    await host.waitFor(/it throws[\s\S]*The change has not been taken over/);
    expect(await get()).toBe('one');
    write('code/text.js', "export const text = 'three';");
    await host.waitFor(VERSION);
    expect(await get()).toBe('three');
    await host.stop();
  });

  it('lets the version before answer what it has begun', async () => {
    const { app, write } = createApp();
    const host = await start(app);
    const slow = fetch(`${host.url}/slow`);
    await host.waitFor(/slow began/);
    write('code/text.js', "export const text = 'two';");
    await host.waitFor(/The new version takes over/);
    await expect.poll(async () => (await fetch(`${host.url}/text`)).text(), LATE).toBe('two');
    expect(host.output()).not.toMatch(VERSION);
    write('released', '');
    expect(await (await slow).text()).toBe('one');
    await host.waitFor(VERSION);
    await host.stop();
  });

  it('ends a version that loads when another change comes, and runs the last one', async () => {
    const { app, write } = createApp();
    const host = await start(app);
    const get = async () => (await fetch(`${host.url}/text`)).text();
    for (const number of [1, 2, 3, 4]) {
      write('code/text.js', toSlowVersion(number));
      await host.waitFor(new RegExp(`loads ${number} as \\d+\\.`));
    }
    const pids = [...host.output().matchAll(/loads \d as (\d+)\./g)].map(([, pid]) => Number(pid));
    await expect.poll(() => pids.map(isAlive), LATE).toEqual([false, false, false, true]);
    expect(await get()).toBe('one');
    write('released', '');
    await host.waitFor(VERSION);
    expect(await get()).toBe('version 4');
    expect(host.output().match(/takes over/g)).toHaveLength(1);
    expect(host.output()).not.toContain('not been taken over');
    expect((await host.stop()).exitCode).toBe(0);
  });

  it('says by which signal a version has ended that loads, or that runs', async () => {
    const { app, write } = createApp();
    write(
      'code/text.js',
      `console.log('runs as ' + process.pid + '.'); export const text = 'one';`,
    );
    const host = await start(app);
    write('code/text.js', toSlowVersion(1));
    const [, loading] = await host.waitFor(/loads 1 as (\d+)\./);
    process.kill(Number(loading), 'SIGKILL');
    await host.waitFor(
      /not been taken over: the new version was ended by SIGKILL\. .* try again\./,
    );
    expect(await (await fetch(`${host.url}/text`)).text()).toBe('one');
    const [, running] = await host.waitFor(/runs as (\d+)\./);
    process.kill(Number(running), 'SIGKILL');
    const { exitCode, output } = await host.exited;
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^The app was ended by SIGKILL\. .*Start it again\.$/m);
    expect(output).not.toContain('for the reason above');
  });

  it('says that the app has called process.exit, and where', async () => {
    const { app, write } = createApp();
    const host = await start(app);
    write('code/text.js', "export const text = 'two'; process.exit(4);");
    await host.waitFor(/process\.exit\(4\)[\s\S]*not been taken over, for the reason above/);
    write('code/text.js', "export const text = 'two'; setTimeout(() => process.exit(3), 500);");
    const { exitCode, output } = await host.exited;
    expect(exitCode).toBe(3);
    expect(output).toMatch(/^The app has called process\.exit\(3\): .*\n +at .*text\.js:1:/m);
  });

  it('says that a version still loads, which Ctrl+C ends at once', LATE, async () => {
    const { app, write } = createApp();
    const host = await start(app);
    write('code/text.js', toSlowVersion(1));
    const [, loading] = await host.waitFor(/loads 1 as (\d+)\./);
    await host.waitFor(/^The new version is still loading: .* has not ended\.$/m);
    expect(await (await fetch(`${host.url}/text`)).text()).toBe('one');
    host.signal('SIGINT');
    const { exitCode, output } = await host.exited;
    expect(exitCode).toBe(0);
    expect(output).not.toMatch(/not been taken over|was ended by|Stopped after/);
    expect(isAlive(Number(loading))).toBe(false);
  });

  it('ends at once with a second Ctrl+C, and leaves nothing behind when it is killed', async () => {
    const { app } = createApp();
    const host = await start(app);
    const slow = fetch(`${host.url}/slow`).catch((error: Error) => error.message);
    await host.waitFor(/slow began/);
    host.signal('SIGINT');
    await host.waitFor(/^Waiting for running functions: slow … A second Ctrl\+C does not wait\.$/m);
    await expect.poll(() => knock(host.url), LATE).toBe('refused');
    host.signal('SIGINT');
    expect((await host.exited).exitCode).toBe(130);
    expect(await slow).toBe('fetch failed');
    const other = await start(app);
    await other.kill();
    await expect.poll(() => knock(other.url), LATE).toBe('refused');
  });

  it('does not watch with --no-watch, whatever is named before', async () => {
    const { app, write } = createApp();
    const host = await start(app, '--no-watch');
    write('code/text.js', "export const text = 'two';");
    const other = await start(app);
    write('code/text.js', "export const text = 'three';");
    await other.waitFor(VERSION);
    expect(await (await fetch(`${host.url}/text`)).text()).toBe('one');
    expect(host.output()).not.toContain('Changed');
    await Promise.all([host.stop(), other.stop()]);
  });

  it('ends with the code of an app that does not start, or that ends by itself', async () => {
    const { app, write } = createApp();
    write('code/text.js', "export const text = 1; throw new Error('it throws at first');");
    await expect(start(app)).rejects.toThrow(/ended with code 1[\s\S]*it throws at first/);
    write(
      'code/text.js',
      "export const text = 'one'; setTimeout(() => Promise.reject(new Error('later')), 1500);",
    );
    const host = await start(app);
    const { exitCode, output } = await host.exited;
    expect(exitCode).toBe(1);
    expect(output).toContain('unhandled rejection): Error: later');
  });
});
