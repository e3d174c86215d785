import { describe, expect, it } from 'vitest';
import { createHostApp, runHost, startHost } from '../helpers/local-host.ts';

const app = new URL('../fixtures/host-app', import.meta.url).pathname;
const library = "import { app } from '@azure/functions';\n";
const post = (url: string, body: unknown, type = 'application/json') =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });

describe('the end', () => {
  it('waits for what runs, then runs the appTerminate hooks', async () => {
    const host = await startHost({ app });
    const answer = fetch(`${host.url}/until-signal`);
    await host.waitFor(/information +waiting for the signal/);
    const { exitCode, output } = await host.stop();
    expect(await (await answer).text()).toBe('finished');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^Waiting for running functions: until-signal …/m);
    expect(output).toContain('appTerminate hook ran');
  });

  it('comes in order for a host that is still starting', async () => {
    const starting = createHostApp({
      'index.js': `import { once } from 'node:events';
        ${library}
        app.hook.appStart(async () => {
          process.kill(process.pid, 'SIGTERM');
          await once(process, 'SIGTERM');
        });
        app.hook.appTerminate(() => console.log('appTerminate hook ran'));`,
    });
    const { exitCode, output } = await runHost({ app: starting });
    expect(exitCode, output).toBe(0);
    expect(output).toContain('Stopping once the app has started');
    expect(output).toContain('appTerminate hook ran');
  });

  it('comes at once with a second signal', async () => {
    const host = await startHost({ app });
    const answer = fetch(`${host.url}/stuck`).catch((error: Error) => error.message);
    await host.waitFor(/information +stuck/);
    host.signal('SIGINT');
    // The port is closed once the first signal has been handled.
    await expect.poll(() => fetch(host.url).catch(() => 'refused')).toBe('refused');
    host.signal('SIGINT');
    expect((await host.exited).exitCode).toBe(130);
    expect(await answer).toBe('fetch failed');
  });

  it('comes with an unhandled rejection, as for the worker of the real host', async () => {
    const host = await startHost({ app });
    void fetch(`${host.url}/reject`).catch(() => {});
    const { exitCode, output } = await host.exited;
    expect(exitCode).toBe(1);
    expect(output).toMatch(/unhandled rejection\): Error: nobody awaited this\n +at/);
  });

  it('by kill leaves nothing behind', async () => {
    const host = await startHost({ app });
    expect(await host.kill()).toMatchObject({ exitCode: null });
    await expect(fetch(host.url)).rejects.toThrow();
  });
});

describe('a timer', () => {
  it('goes on after a failure', async () => {
    const host = await startHost({ app });
    await host.waitFor(/beat 1\n[\s\S]*Error: a failing timer goes on[\s\S]*beat 2\n/);
  });

  it('runs on start-up with the names in camel case, and its setting in place', async () => {
    const host = await startHost({ app, env: { NIGHTLY: '0 0 3 * * *' } });
    const [, json = ''] = await host.waitFor(/at start (.*)\n/);
    expect(JSON.parse(json)).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00+00:00',
        next: expect.stringMatching(/T03:00:00\+00:00$/),
        lastUpdated: '0001-01-01T00:00:00+00:00',
      },
      isPastDue: false,
    });
  });

  it('with a schedule or setting that is wrong is in error, and the others run', async () => {
    const host = await startHost({ app });
    await host.waitFor(/The 'bad-schedule' function is in error: .*"L" is no day/);
    await host.waitFor(/'at-start' function is in error: '%NIGHTLY%' does not resolve/);
    expect(await (await fetch(`${host.url}/hello`)).text()).toBe('hello');
  });

  it('runs at once when asked to', async () => {
    const { url, waitFor, output } = await startHost({
      app: createHostApp({
        'index.js': `${library}app.timer('Nightly', { schedule: '0 0 3 * * *', handler: async () => console.log('ran') });`,
      }),
    });
    expect((await post(`${url}/admin/functions/absent`, {})).status).toBe(404);
    expect((await post(`${url}/admin/functions/nightly`, {}, 'text/plain')).status).toBe(415);
    expect((await post(`${url}/admin/functions/nightly`, [])).status).toBe(400);
    expect(output()).not.toMatch(/^ran$/m);
    expect((await post(`${url}/admin/functions/nightly`, { input: '' })).status).toBe(202);
    await waitFor(/^ran$/m);
  });
});

describe('a trigger that the local host does not have', () => {
  it('is named at the start, and the others run', async () => {
    const host = await startHost({
      app: createHostApp({
        'index.js': `${library}
          app.eventGrid('jobs', { handler: async () => {} });
          app.get('stores', { extraOutputs: [{ type: 'queue', name: 'out' }], handler: async () => ({}) });
          app.get('hello', { handler: async () => ({ body: 'hello' }) });`,
      }),
    });
    await host.waitFor(/^jobs: eventGridTrigger is not supported by the local host$/m);
    await host.waitFor(/^stores: output binding "queue" is not supported by the local host$/m);
    expect(await (await fetch(`${host.url}/hello`)).text()).toBe('hello');
  });
});

describe('the list of functions', () => {
  it('has the look of func, and no colour outside a terminal', async () => {
    const host = await startHost({
      app: createHostApp({
        'index.js': `${library}
          app.timer('heartbeat', { schedule: '0 * * * * *', handler: async () => {} });
          app.post('webhooks-github', { route: 'webhooks/github', handler: async () => ({}) });`,
      }),
    });
    const { port } = new URL(host.url);
    expect(host.output()).toBe(
      `\nFunctions:\n\n\twebhooks-github: [POST] http://localhost:${port}/webhooks/github\n\n` +
        `\theartbeat: timerTrigger\n\nHeddle is ready on ${host.url}\n`,
    );
  });
});
