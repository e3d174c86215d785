import { setTimeout as delay } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { expect, it } from 'vitest';
import { startServiceBusEmulator } from '../emulators/service-bus.ts';
import { createHostApp, startHost } from '../helpers/local-host.ts';

/** Longer than a stop waits for what still runs. */
const PAUSE_MS = 11_000;

it('a host that is paused while it stops still ends in order', { repeats: 3 }, async () => {
  await using emulator = await openEmulator();
  const app = createHostApp({
    'index.js': `import { once } from 'node:events';
      import { app } from '@azure/functions';
      const handler = async (message) => {
        console.log('got ' + message);
        await once(process, 'SIGTERM');
      };
      app.serviceBusQueue('jobs', { connection: 'Bus', queueName: 'jobs', handler });
      app.serviceBusQueue('ordered', { connection: 'Bus', queueName: 'ordered', isSessionsEnabled: true, handler });`,
  });
  const host = await startHost({ app, env: { Bus: emulator.connectionString } });
  await send(emulator.connectionString);
  await host.waitFor(/^got job$/m);
  await host.waitFor(/^got job in order$/m);
  const stopping = host.stop();
  host.signal('SIGSTOP');
  await delay(PAUSE_MS);
  host.signal('SIGCONT');
  const { exitCode, output } = await stopping;
  expect(exitCode, output).toBe(0);
});

async function openEmulator() {
  const queues = [{ name: 'jobs' }, { name: 'ordered', requiresSession: true }];
  const { connectionString, close } = await startServiceBusEmulator({ queues });
  return { connectionString, [Symbol.asyncDispose]: close };
}

async function send(connectionString: string): Promise<void> {
  const client = new ServiceBusClient(connectionString);
  await client.createSender('jobs').sendMessages({ body: Buffer.from('job') });
  const ordered = { body: Buffer.from('job in order'), sessionId: 's' };
  await client.createSender('ordered').sendMessages(ordered);
  await client.close();
}
