import { createServer } from 'node:net';
import { ServiceBusClient } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServiceBusEmulator } from '../emulators/service-bus.ts';
import { createHostApp, startHost } from '../helpers/local-host.ts';

const app = (serviceBus: object = {}) =>
  createHostApp({
    'index.js': `import { once } from 'node:events';
      import { app } from '@azure/functions';
      app.get('hello', { handler: async () => ({ body: 'hello' }) });
      const handler = async (message) => {
        console.log('got ' + message);
        if (message.startsWith('last')) await once(process, 'SIGTERM');
      };
      app.serviceBusQueue('jobs', { connection: 'Bus', queueName: 'jobs', handler });
      app.serviceBusQueue('ordered', { connection: 'Bus', queueName: 'ordered', isSessionsEnabled: true, handler });`,
    'host.json': { version: '2.0', extensions: { http: { routePrefix: '' }, serviceBus } },
  });
const queues = [{ name: 'jobs' }, { name: 'ordered', requiresSession: true }];

async function start(port?: number) {
  const emulator = await startServiceBusEmulator(
    port === undefined ? { queues } : { queues, port },
  );
  onTestFinished(() => emulator.close());
  const send = async (text: string) => {
    const client = new ServiceBusClient(emulator.connectionString);
    const body = (content: string) => ({ body: Buffer.from(content) });
    await client.createSender('jobs').sendMessages(body(text));
    await client
      .createSender('ordered')
      .sendMessages({ ...body(`${text} in order`), sessionId: 's' });
    await client.close();
  };
  return { emulator, send };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const connectionTo = (port: number) =>
  `Endpoint=sb://localhost:${port};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`;

describe('a broker', () => {
  it('that cannot be reached is waited for, while HTTP functions run', async () => {
    const port = await findFreePort();
    const impatient = { clientRetryOptions: { maxRetries: 0 } };
    const host = await startHost({ app: app(impatient), env: { Bus: connectionTo(port) } });
    for (const name of ['jobs', 'ordered']) {
      await host.waitFor(
        new RegExp(`error +${name}: the listener of queue '${name}' cannot .* again in 2 s`),
      );
    }
    expect(await (await fetch(`${host.url}/hello`)).text()).toBe('hello');
    const { send } = await start(port);
    await send('at last');
    await host.waitFor(/^got at last$/m);
    await host.waitFor(/^got at last in order$/m);
  });

  it('that went away is found again once it is back', async () => {
    const first = await start();
    const { port, connectionString } = first.emulator;
    const impatient = { clientRetryOptions: { maxRetries: 0 } };
    const host = await startHost({ app: app(impatient), env: { Bus: connectionString } });
    await first.send('before');
    await host.waitFor(/^got before$/m);
    await host.waitFor(/^got before in order$/m);
    await first.emulator.close();
    for (const name of ['jobs', 'ordered']) {
      await host.waitFor(new RegExp(`error +${name}: the listener .* starts again in`));
    }
    const second = await start(port);
    await second.send('after');
    await host.waitFor(/^got after$/m);
    await host.waitFor(/^got after in order$/m);
    await expect.poll(() => second.emulator.counts.jobs?.completes).toBe(1);
    await expect.poll(() => second.emulator.counts.ordered?.completes).toBe(1);
  });

  it('hears at the end of the functions that still ran', async () => {
    const { emulator, send } = await start();
    const host = await startHost({ app: app(), env: { Bus: emulator.connectionString } });
    await send('last');
    await host.waitFor(/^got last$/m);
    await host.waitFor(/^got last in order$/m);
    const { exitCode, output } = await host.stop();
    expect(exitCode, output).toBe(0);
    expect(emulator.counts.jobs).toMatchObject({ receives: 1, completes: 1 });
    expect(emulator.counts.ordered).toMatchObject({ receives: 1, completes: 1 });
  });

  it('without the queue is reported, and a topic is refused', async () => {
    const { emulator } = await start();
    const host = await startHost({
      app: createHostApp({
        'index.js': `import { app } from '@azure/functions';
          const handler = async () => {};
          app.serviceBusQueue('lost', { connection: 'Bus', queueName: 'absent', handler });
          app.serviceBusTopic('topic', { connection: 'Bus', topicName: 't', subscriptionName: 's', handler });`,
      }),
      env: { Bus: emulator.connectionString },
    });
    await host.waitFor(/'topic' function is in error: The local host has no Service Bus topics/);
    await host.waitFor(/error +lost: the listener of queue 'absent' cannot receive/);
  });
});
