import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../emulators/azurite.ts';
import { createHostApp, startHost } from '../helpers/local-host.ts';

let azurite: Awaited<ReturnType<typeof startAzurite>>;
let connectionString: string;
beforeAll(async () => {
  azurite = await startAzurite();
  ({ connectionString } = azurite);
});
afterAll(() => azurite.close());

const library = `import { app } from '@azure/functions';
const got = [];
app.get('got', { handler: async () => ({ jsonBody: got }) });
`;
/** Records each message; throws for one that contains "fail". */
const recorder = (options: object) => `${library}
app.storageQueue('jobs', { connection: 'Jobs', ...${JSON.stringify(options)}, handler: async (message, context) => {
  got.push({ message, metadata: context.triggerMetadata });
  if (JSON.stringify(message).includes('fail')) throw new Error('refused');
} });`;

interface Got {
  message: unknown;
  metadata: Record<string, unknown>;
}

/** Starts an app with one queue function on its own queue. */
async function startApp(queueName: string, options: { hostJson?: object; dataType?: string } = {}) {
  const { hostJson = {}, dataType } = options;
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(queueName);
  const poison = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(
    `${queueName}-poison`,
  );
  const extensions = { http: { routePrefix: '' }, queues: hostJson };
  const app = createHostApp({
    'index.js': recorder({ queueName: '%QUEUE%', dataType }),
    'host.json': { version: '2.0', extensions },
  });
  const env = { QUEUE: queueName, Jobs: connectionString };
  const host = await startHost({ app, env });
  const got = async () => (await (await fetch(`${host.url}/got`)).json()) as Got[];
  const send = (text: string) => queue.sendMessage(Buffer.from(text).toString('base64'));
  const depth = async () => (await queue.getProperties()).approximateMessagesCount;
  return { host, queue, poison, got, send, depth };
}

describe('a Storage queue trigger', () => {
  it('waits for its queue, runs on a message and deletes it', async () => {
    const { host, queue, got, send, depth } = await startApp('plain');
    await host.waitFor(/jobs: queueTrigger/);
    await host.waitFor(/warning +jobs: queue 'plain' does not exist yet; it is waited for/);
    await queue.create();
    await send('{"id":"mine","n":1}');
    await expect.poll(got).toHaveLength(1);
    const [first] = await got();
    expect(first?.message).toEqual({ id: 'mine', n: 1 });
    expect(first?.metadata).toEqual({
      queueTrigger: { id: 'mine', n: 1 },
      id: 'mine',
      n: 1,
      dequeueCount: 1,
      insertionTime: expect.stringMatching(/^20.*\+00:00$/),
      expirationTime: expect.stringMatching(/^20.*\+00:00$/),
      nextVisibleTime: expect.stringMatching(/^20.*\+00:00$/),
      popReceipt: expect.any(String),
    });
    await expect.poll(depth).toBe(0);
  });

  it('hands over bytes exactly', async () => {
    const { queue, got } = await startApp('bytes', { dataType: 'binary' });
    await queue.create();
    const body = Buffer.from([0x1f, 0x8b, 0, 0xff, 0x7b]);
    await queue.sendMessage(body.toString('base64'));
    await expect.poll(got).toHaveLength(1);
    const [first] = await got();
    expect(first?.message).toEqual(body.toJSON());
    expect(first?.metadata).not.toHaveProperty('queueTrigger');
  });

  it('gets a message again at once after a throw, and moves it away after the last', async () => {
    const { host, queue, poison, got, send, depth } = await startApp('failing', {
      hostJson: { maxDequeueCount: 3 },
    });
    await queue.create();
    await send('please fail');
    await host.waitFor(/has been taken 3 times .*: moved to queue 'failing-poison'/);
    const counts = (await got()).map(({ metadata }) => metadata.dequeueCount);
    expect(counts).toEqual([1, 2, 3]);
    await expect.poll(depth).toBe(0);
    const { peekedMessageItems } = await poison.peekMessages();
    expect(peekedMessageItems.map(({ messageText }) => messageText)).toEqual([
      Buffer.from('please fail').toString('base64'),
    ]);
    expect(host.output()).toContain('Error: refused');
  });

  it('waits before the next try as long as visibilityTimeout says', async () => {
    const { queue, got, send, depth } = await startApp('later', {
      hostJson: { visibilityTimeout: '01:00:00' },
    });
    await queue.create();
    await send('please fail');
    await expect.poll(got).toHaveLength(1);
    await send('second');
    await expect.poll(got).toMatchObject([{ message: 'please fail' }, { message: 'second' }]);
    await expect.poll(depth).toBe(1);
  });

  it('moves away what is not base64, which messageEncoding "none" takes', async () => {
    const strict = await startApp('encoded');
    await strict.queue.create();
    await strict.queue.sendMessage('not base64');
    await strict.host.waitFor(/is not base64: see "messageEncoding"/);
    await expect.poll(strict.depth).toBe(0);
    expect((await strict.poison.peekMessages()).peekedMessageItems).toHaveLength(1);
    const open = await startApp('unencoded', { hostJson: { messageEncoding: 'none' } });
    await open.queue.create();
    await open.queue.sendMessage('not base64');
    await expect.poll(open.got).toMatchObject([{ message: 'not base64' }]);
    expect(await strict.got()).toEqual([]);
  });

  it('runs at once with the text that the admin API is given', async () => {
    const { host, got } = await startApp('by-hand');
    const { status } = await fetch(`${host.url}/admin/functions/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: '{"a":"b"}' }),
    });
    expect(status).toBe(202);
    await expect
      .poll(got)
      .toMatchObject([{ message: { a: 'b' }, metadata: { a: 'b', dequeueCount: 0 } }]);
  });

  it('waits at the end for the function that runs, and deletes its message', async () => {
    const service = QueueServiceClient.fromConnectionString(connectionString);
    const queue = service.getQueueClient('ending');
    await queue.create();
    const app = createHostApp({
      'index.js': `${library}import { once } from 'node:events';
app.storageQueue('jobs', { connection: 'Jobs', queueName: 'ending', handler: async () => {
  console.log('waiting');
  await once(process, 'SIGTERM');
} });`,
    });
    const host = await startHost({ app, env: { AzureWebJobsJobs: connectionString } });
    await queue.sendMessage(Buffer.from('last').toString('base64'));
    await host.waitFor(/^waiting$/m);
    expect((await host.stop()).exitCode).toBe(0);
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0);
  });

  it('with no connection set is in error, and the others run', async () => {
    const app = createHostApp({ 'index.js': recorder({ queueName: 'q' }) });
    const host = await startHost({ app });
    await host.waitFor(/The 'jobs' function is in error: Connection 'Jobs' is not set: give Jobs/);
    expect((await fetch(`${host.url}/got`)).status).toBe(200);
  });
});
