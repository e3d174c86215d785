import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServiceBusEmulator } from '../emulators/service-bus.ts';
import { createHostApp, startHost } from '../helpers/local-host.ts';

const library = `import { app } from '@azure/functions';
const got = [];
app.get('got', { handler: async () => ({ jsonBody: got }) });
const note = (message, context) => {
  got.push({ message, metadata: context.triggerMetadata, traceParent: context.traceContext?.traceParent });
  if (JSON.stringify(message).includes('fail')) throw new Error('refused');
};
`;

interface Got {
  message: unknown;
  metadata: Record<string, unknown> & { applicationProperties?: Record<string, unknown> };
  traceParent: string;
}

type Queues = NonNullable<Parameters<typeof startServiceBusEmulator>[0]>['queues'];

/** Starts a broker with the queues, and an app on it. */
async function startApp(code: string, queues: Queues, serviceBus: object = {}) {
  const emulator = await startServiceBusEmulator(queues ? { queues } : {});
  onTestFinished(() => emulator.close());
  const { connectionString, counts } = emulator;
  const client = new ServiceBusClient(connectionString);
  onTestFinished(() => client.close());
  const extensions = { http: { routePrefix: '' }, serviceBus };
  const app = createHostApp({
    'index.js': library + code,
    'host.json': { version: '2.0', extensions },
  });
  const host = await startHost({ app, env: { Bus: connectionString } });
  const got = async () => (await (await fetch(`${host.url}/got`)).json()) as Got[];
  const send = async (queue: string, ...messages: ServiceBusMessage[]) => {
    const sender = client.createSender(queue);
    await sender.sendMessages(messages);
    await sender.close();
  };
  return { emulator, counts, host, got, send };
}

/** Runs until the function `finish` is called. */
const slow = `
app.serviceBusQueue('slow', { connection: 'Bus', queueName: 'jobs', handler: async () => {
  console.log('begun');
  await new Promise((resolve) => { globalThis.finish = resolve; });
} });
app.get('finish', { handler: async () => (globalThis.finish(), {}) });`;

const bytes = (text: string) => ({ body: Buffer.from(text) });

describe('a Service Bus trigger', () => {
  const jobs =
    "app.serviceBusQueue('jobs', { connection: 'Bus', queueName: 'jobs', handler: note });";

  it('runs on a message, with its metadata, and completes it', async () => {
    const { counts, host, got, send } = await startApp(jobs, [{ name: 'jobs' }]);
    await host.waitFor(/jobs: serviceBusTrigger/);
    const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await send('jobs', {
      ...bytes('{"n":1,"subject":"from the body"}'),
      messageId: '42',
      subject: 'from the sender',
      contentType: 'application/json',
      correlationId: 'c-1',
      applicationProperties: { Shop: 'north', 'Diagnostic-Id': traceParent },
    });
    await expect.poll(got).toHaveLength(1);
    const [first] = await got();
    expect(first?.message).toEqual({ n: 1, subject: 'from the body' });
    expect(first?.metadata).toEqual({
      n: 1,
      // The library parses this text as JSON.
      messageId: 42,
      // The field of the body, not of the message.
      subject: 'from the body',
      contentType: 'application/json',
      correlationId: 'c-1',
      deliveryCount: 1,
      sequenceNumber: expect.any(Number),
      lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      enqueuedTimeUtc: expect.stringMatching(/^20[^Z+]*$/),
      expiresAtUtc: expect.stringMatching(/^[2-9][^Z+]*$/),
      applicationProperties: { shop: 'north', 'diagnostic-Id': traceParent },
    });
    expect(first?.traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)/);
    await expect.poll(() => counts.jobs?.completes).toBe(1);
    expect(counts.jobs).toMatchObject({ receives: 1, abandons: 0, deadLetters: 0 });
  });

  it('gets a message again at once after a throw, until the broker gives up', async () => {
    const { counts, got, send } = await startApp(
      `${jobs}
      app.serviceBusQueue('dead', { connection: 'Bus', queueName: 'jobs/$deadletterqueue', dataType: 'binary',
        handler: (message, context) => void got.push({ message: 'dead', metadata: context.triggerMetadata }) });`,
      [{ name: 'jobs', maxDeliveryCount: 3 }],
    );
    await send('jobs', { ...bytes('please fail'), messageId: 'm', subject: 's' });
    await expect.poll(got).toHaveLength(4);
    const all = await got();
    const deliveries = all.map(({ message, metadata }) => [message, metadata.deliveryCount]);
    expect(deliveries.slice(0, 3)).toEqual([1, 2, 3].map((count) => ['please fail', count]));
    expect(all[3]).toMatchObject({ message: 'dead', metadata: { messageId: 'm', subject: 's' } });
    expect(all[3]?.metadata.applicationProperties?.deadLetterReason).toBe(
      'MaxDeliveryCountExceeded',
    );
    expect(counts.jobs).toMatchObject({ abandons: 3, completes: 0, deadLetters: 1 });
    await expect.poll(() => counts['jobs/$deadletterqueue']?.completes).toBe(1);
  });

  it('hands over bytes exactly, whose fields touch no metadata', async () => {
    const { got, send } = await startApp(jobs.replace('handler', "dataType: 'binary', handler"), [
      { name: 'jobs' },
    ]);
    const packed = Buffer.from([0x1f, 0x8b, 0, 0xff, 0x7b]);
    await send('jobs', { body: packed, messageId: 'a' });
    await send('jobs', { ...bytes('{"messageId":"mine"}'), messageId: 'b' });
    await expect.poll(got).toHaveLength(2);
    const all = await got();
    expect(all.map(({ message }) => message)).toEqual([
      packed.toJSON(),
      Buffer.from('{"messageId":"mine"}').toJSON(),
    ]);
    expect(all.map(({ metadata }) => metadata.messageId)).toEqual(['a', 'b']);
  });

  it('keeps the lock of a message while its function runs', async () => {
    const { counts, host, send } = await startApp(slow, [{ name: 'jobs', lockMs: 1_000 }]);
    await send('jobs', bytes('slow'));
    await host.waitFor(/^begun$/m);
    await expect.poll(() => counts.jobs?.renewals, { timeout: 10_000 }).toBeGreaterThan(3);
    await fetch(`${host.url}/finish`);
    await expect.poll(() => counts.jobs?.completes).toBe(1);
    expect(counts.jobs).toMatchObject({ receives: 1, lostLocks: 0 });
  });

  it('goes on after it has lost a lock; the message comes again', async () => {
    const { emulator, counts, host, got, send } = await startApp(
      `let runs = 0;
      app.serviceBusQueue('slow', { connection: 'Bus', queueName: 'jobs', handler: async (message, context) => {
        got.push({ metadata: context.triggerMetadata });
        if (++runs === 1) await new Promise((resolve) => { globalThis.finish = resolve; });
        console.log('ended');
      } });
      app.get('finish', { handler: async () => (globalThis.finish(), {}) });`,
      [{ name: 'jobs', lockMs: 2_000 }],
    );
    await send('jobs', { ...bytes('slow'), messageId: 'm-1' });
    await expect.poll(got).toHaveLength(1);
    emulator.faults.loseLocks('jobs');
    await host.waitFor(/warning +slow: the lock of message 'm-1' is lost/);
    await fetch(`${host.url}/finish`);
    await host.waitFor(/error +slow: complete of message 'm-1' failed/);
    await expect.poll(() => counts.jobs?.completes).toBe(1);
    expect((await got()).map(({ metadata }) => metadata.deliveryCount)).toEqual([1, 2]);
  });

  it('hands over batches, one at a time, and completes or abandons them as a whole', async () => {
    const batch = jobs.replace('handler', "cardinality: 'many', handler");
    const { counts, host, got, send } = await startApp(batch, [
      { name: 'jobs', maxDeliveryCount: 1 },
    ]);
    await send('jobs', bytes('{"n":1}'), bytes('{"n":2}'));
    await expect.poll(got).toHaveLength(1);
    const [first] = await got();
    expect(first?.message).toEqual([{ n: 1 }, { n: 2 }]);
    expect(first?.metadata).toMatchObject({ deliveryCountArray: [1, 1] });
    await expect.poll(() => counts.jobs?.completes).toBe(2);
    await send('jobs', bytes('{"n":3}'), bytes('plain'));
    await host.waitFor(/error +jobs: A batch needs messages that are JSON/);
    await expect.poll(() => counts.jobs?.deadLetters).toBe(2);
    expect(await got()).toHaveLength(1);
  });

  it('is all that loads the SDK of Service Bus', async () => {
    const loaded = `import { createRequire } from 'node:module';
      const { cache } = createRequire(import.meta.url);
      const isSdk = (path) => path.includes('@azure/service-bus/');
      app.get('loaded', { handler: async () => ({ body: String(Object.keys(cache).some(isSdk)) }) });`;
    const [plain, triggered] = [await startApp(loaded, []), await startApp(loaded + jobs, [])];
    const ask = async ({ host }: typeof plain) => (await fetch(`${host.url}/loaded`)).text();
    await expect.poll(() => ask(triggered)).toBe('true');
    expect(await ask(plain)).toBe('false');
  });

  it('runs at once with the text that the admin API is given', async () => {
    const { host, got } = await startApp(jobs, [{ name: 'jobs' }]);
    await fetch(`${host.url}/admin/functions/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: '{"a":1}' }),
    });
    await expect.poll(got).toMatchObject([{ message: { a: 1 }, metadata: { a: 1 } }]);
  });
});

describe('a Service Bus trigger with sessions', () => {
  const ordered =
    "app.serviceBusQueue('ordered', { connection: 'Bus', queueName: 'ordered', isSessionsEnabled: true, handler: async (message, context) => { await null; note(message, context); } });";
  const queues = [{ name: 'ordered', requiresSession: true }];

  it('runs on the messages of a session one after the other', async () => {
    const { counts, got, send } = await startApp(ordered, queues);
    const of = (sessionId: string) =>
      [1, 2, 3, 4].map((n) => ({ ...bytes(String(n)), messageId: `${sessionId}-${n}`, sessionId }));
    for (const message of of('a')) await send('ordered', message);
    await send('ordered', ...of('b'));
    await expect.poll(got).toHaveLength(8);
    const all = await got();
    for (const sessionId of ['a', 'b']) {
      const mine = all.filter(({ metadata }) => metadata.sessionId === sessionId);
      expect(mine.map(({ message }) => message)).toEqual([1, 2, 3, 4]);
    }
    await expect.poll(() => counts.ordered?.completes).toBe(8);
  });

  it('gives a session that is idle back, and takes the next', async () => {
    const { counts, got, send } = await startApp(ordered, queues, {
      maxConcurrentSessions: 1,
      sessionIdleTimeout: '00:00:00.2',
    });
    await send('ordered', { ...bytes('first'), sessionId: 'a' });
    await expect.poll(got).toHaveLength(1);
    await send('ordered', { ...bytes('second'), sessionId: 'b' });
    await expect.poll(got).toMatchObject([{ message: 'first' }, { message: 'second' }]);
    await expect.poll(() => counts.ordered?.completes).toBe(2);
  });

  it('hands over batches of one session', async () => {
    const many = ordered.replace('isSessionsEnabled', "cardinality: 'many', isSessionsEnabled");
    const { counts, got, send } = await startApp(many, queues, {
      sessionIdleTimeout: '00:00:00.2',
    });
    await send('ordered', { ...bytes('1'), sessionId: 'a' }, { ...bytes('2'), sessionId: 'a' });
    await send('ordered', { ...bytes('3'), sessionId: 'b' });
    await expect.poll(() => counts.ordered?.completes, { timeout: 10_000 }).toBe(3);
    const sessions = (await got()).map(({ message, metadata }) => [
      message,
      metadata.sessionIdArray,
    ]);
    expect(sessions).toEqual([
      [
        [1, 2],
        ['a', 'a'],
      ],
      [[3], ['b']],
    ]);
  });

  it('tries a failing message again before the next of its session', async () => {
    const { got, send } = await startApp(ordered, [
      { name: 'ordered', requiresSession: true, maxDeliveryCount: 2 },
    ]);
    await send(
      'ordered',
      { ...bytes('fail'), messageId: 'f', sessionId: 'a' },
      { ...bytes('next'), messageId: 'n', sessionId: 'a' },
    );
    await expect.poll(got).toHaveLength(3);
    expect((await got()).map(({ message }) => message)).toEqual(['fail', 'fail', 'next']);
  });

  it('keeps the lock of a session while its function runs', async () => {
    const { counts, host, send } = await startApp(
      `app.serviceBusQueue('slow', { connection: 'Bus', queueName: 'ordered', isSessionsEnabled: true,
        handler: async () => new Promise((resolve) => { setTimeout(resolve, 5_000); }) });`,
      [{ name: 'ordered', requiresSession: true, lockMs: 3_000 }],
    );
    await send('ordered', { ...bytes('slow'), sessionId: 'a' });
    await expect.poll(() => counts.ordered?.completes, { timeout: 30_000 }).toBe(1);
    expect(counts.ordered).toMatchObject({ receives: 1, lostLocks: 0 });
    expect(host.output()).not.toContain('warning');
  });
});
