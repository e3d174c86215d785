import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHostApp, type RunningHost, startHost } from '../helpers/local-host.ts';

const LATE = { timeout: 30_000 };

/** An app that says in which process it runs, and whose process can be ended. */
function createApp(): { readonly app: string; write(text: string): void } {
  const app = createHostApp({
    'index.js': `import { app } from '@azure/functions';
      import { text } from './code/text.js';
      app.get('text', { handler: async () => ({ body: text + ' ' + process.pid }) });
      app.get('block', { handler: async () => { console.log('blocked'); for (;;); } });
      app.get('exit', { handler: async () => process.exit(5) });`,
    'code/text.js': "export const text = 'one';",
  });
  return { app, write: (text) => writeFileSync(join(app, 'code/text.js'), text) };
}

/** Undefined while nobody listens. */
async function get(host: RunningHost, path = 'text'): Promise<string | undefined> {
  try {
    return await (await fetch(`${host.url}/${path}`)).text();
  } catch {
    return undefined;
  }
}

/** Sends a request. @returns a promise of its end, whatever that is, once it has been accepted */
async function open({ url }: RunningHost): Promise<{ readonly ended: Promise<unknown> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write('GET /text HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  socket.on('error', () => undefined).resume();
  return { ended: new Promise((resolve) => socket.once('close', resolve)) };
}

/** The process that answers, once it is another one. */
async function findOther(host: RunningHost, before: string | undefined): Promise<string> {
  let now: string | undefined;
  const find = async () => {
    now = await get(host);
    return now !== undefined && now !== before;
  };
  await expect.poll(find, LATE).toBe(true);
  return now ?? '';
}

describe('a host with --restart', () => {
  it('starts the app again on the same port, and goes on watching', async () => {
    const { app, write } = createApp();
    const host = await startHost({ app, args: ['--restart', '--watch', 'code'] });
    const first = await get(host);
    await get(host, 'exit');
    const second = await findOther(host, first);
    expect(host.output()).toContain('The app has ended with code 5. It starts again now.');
    process.kill(Number(second.split(' ')[1]), 'SIGKILL');
    await findOther(host, second);
    expect(host.output()).toMatch(/was ended by SIGKILL\. It starts again/);
    await host.waitFor(/runs again[\s\S]*runs again/);
    write("export const text = 'two';");
    await host.waitFor(/^The new version runs\.$/m);
    expect(await get(host)).toMatch(/^two /);
    expect((await host.stop()).exitCode).toBe(0);
  });

  it('leaves no request open that came while its process was blocked, and was killed', async () => {
    const { app } = createApp();
    const host = await startHost({ app, args: ['--restart'] });
    const first = await get(host);
    void get(host, 'block');
    await host.waitFor(/^blocked$/m);
    const requests = await Promise.all(Array.from({ length: 5 }, () => open(host)));
    process.kill(Number(first?.split(' ')[1]), 'SIGKILL');
    await Promise.all(requests.map(({ ended }) => ended));
    await findOther(host, first);
    expect((await host.stop()).exitCode).toBe(0);
  });

  it('does so where it watches nothing', async () => {
    const { app } = createApp();
    const host = await startHost({ app, args: ['--restart', '--watch', 'code', '--no-watch'] });
    const first = await get(host);
    await get(host, 'exit');
    await findOther(host, first);
    expect((await host.stop()).exitCode).toBe(0);
  });

  it('ends at once with Ctrl+C while it waits to start the app again', async () => {
    const { app, write } = createApp();
    const host = await startHost({ app, args: ['--restart'] });
    write("export const text = 1; throw new Error('it no longer loads');");
    await get(host, 'exit');
    await host.waitFor(/It starts again in 2 s/);
    host.signal('SIGINT');
    const { exitCode, output } = await host.exited;
    expect(exitCode).toBe(130);
    expect(output).toContain('it no longer loads');
  });

  it('ends with an app that does not start at first', async () => {
    const { app, write } = createApp();
    write("export const text = 1; throw new Error('it throws at first');");
    await expect(startHost({ app, args: ['--restart'] })).rejects.toThrow(
      /ended with code 1[\s\S]*it throws at first/,
    );
  });
});
