import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EventSummary } from '../../shared/heddle/api/events.ts';
import { createWebPubSubSample } from '../../shared/heddle/cli/samples/webpubsub.ts';
import { type AzureBackend, startAzureBackend } from '../helpers/backend.ts';
import { prepareFeatureApp, push } from '../helpers/feature-app.ts';
import { HeddleHost } from '../helpers/heddle-host.ts';
import { runHost } from '../helpers/local-host.ts';

const KEY = 'an access key that is long enough';
const triggers = `sources:
  webpubsub:
    hub: chat
    allowedOrigins: [heddle.webpubsub.azure.com]
    secrets: [WEBPUBSUB_ACCESS_KEY]
triggers:
  - { name: orders, source: storagequeue, eventType: orders, actor: log }
  - { name: answer, source: webpubsub, eventType: user.vote, actor: answer }
`;

let backend: AzureBackend;
let orders: QueueClient;
let host: HeddleHost;
let env: NodeJS.ProcessEnv;
/** Sent before the app was started. */
let early: string;

beforeAll(async () => {
  backend = await startAzureBackend();
  const service = QueueServiceClient.fromConnectionString(backend.azurite.connectionString);
  orders = service.getQueueClient('orders');
  await orders.create();
  early = await order('{"status":"early"}');
  const more = { HEDDLE_STORAGE_QUEUES: 'orders', WEBPUBSUB_ACCESS_KEY: KEY };
  env = { ...backend.env, ...more };
  host = await HeddleHost.start(prepareFeatureApp({ triggers, env }));
});
afterAll(() => backend[Symbol.asyncDispose]());

async function startOwnBackend(): Promise<AzureBackend> {
  const own = await startAzureBackend();
  onTestFinished(() => own[Symbol.asyncDispose]());
  return own;
}

/** @returns the message's id */
async function order(text: string): Promise<string> {
  const { messageId } = await orders.sendMessage(Buffer.from(text).toString('base64'));
  return messageId;
}

/** Lists the functions of a host, without those common to every mode. */
async function listFunctions(at: HeddleHost): Promise<readonly string[]> {
  const functions = await at.get<readonly { name: string }[]>('admin/functions');
  const names = functions.map(({ name }) => name);
  return names.filter((name) => !/^(webhooks-|api-)|^health$/.test(name)).toSorted();
}

describe('a storage queue that is a source', () => {
  const takenIds = async () => {
    const runs = await host.runs('trigger=orders&status=succeeded&limit=200');
    return runs.map(({ eventId }) => eventId);
  };
  const isTaken = (id: string) => expect.poll(takenIds).toContain(id);

  it('is emptied of what was sent while the app was down', async () => {
    await isTaken(early);
    expect((await host.event(early)).data).toEqual({ status: 'early' });
  });

  it('has each message become a verified event of its name, and then deleted', async () => {
    const id = await order('{"status":"paid"}');
    await isTaken(id);
    const event = await host.event(id);
    expect(event).toMatchObject({
      ...{ source: 'storagequeue', type: 'orders', verified: true, status: 'matched' },
      fields: { queue: 'orders', message_id: id, dequeue_count: 1 },
      time: expect.stringMatching(/^20\d\d-.*Z$/),
    });
    expect(event.data).toEqual({ status: 'paid' });
    const depth = async () => (await orders.getProperties()).approximateMessagesCount;
    await expect.poll(depth).toBe(0);
  });

  it('may hold any text, which is then the body', async () => {
    for (const text of ['order 17: paid', '["an", "array"]', '42']) {
      const id = await order(text);
      await isTaken(id);
      expect((await host.event(id)).data).toEqual({ body: text });
    }
  });

  it('tells messages apart that have an id of their own in common', async () => {
    const body = { id: 'order-17', dequeueCount: 'x', insertionTime: 'y' };
    const created = await order(JSON.stringify({ ...body, status: 'created' }));
    const paid = await order(JSON.stringify({ ...body, status: 'paid' }));
    await Promise.all([isTaken(created), isTaken(paid)]);
    expect((await host.event(created)).data).toEqual({ ...body, status: 'created' });
    expect((await host.event(paid)).data).toEqual({ ...body, status: 'paid' });
    expect(await host.events('source=storagequeue&limit=200')).not.toContainEqual(
      expect.objectContaining({ id: 'order-17' }),
    );
  });
});

describe('a Web PubSub client that waits for its run', () => {
  it('is answered by it, and the message that stood by is cancelled', async () => {
    const before = { ...backend.serviceBus.counts.events };
    const vote = createWebPubSubSample('user.vote', () => KEY)();
    const send = () =>
      fetch(`${host.process.url}/${vote.path}`, {
        method: 'POST',
        headers: vote.headers,
        body: vote.body,
      });
    const answer = await send();
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      ...{ status: 200, body: { counted: 'soup' } },
    });
    const { scheduled, cancelled } = backend.serviceBus.counts.events ?? {};
    expect(scheduled).toBe((before.scheduled ?? 0) + 1);
    expect(cancelled).toBe((before.cancelled ?? 0) + 1);
    // A repeated request gets the same answer, from the same run.
    expect(await (await send()).json()).toEqual({ counted: 'soup' });
    await host.drained();
    expect(await host.runs('trigger=answer')).toMatchObject([{ status: 'succeeded' }]);
  });
});

describe('the functions in Azure', () => {
  it('are those of queues and the timer beside those of every mode', async () => {
    expect(await listFunctions(host)).toEqual([
      ...['dead-letter', 'dead-letter-ordered', 'dead-letter-urgent'],
      ...['dispatch', 'dispatch-ordered', 'dispatch-urgent'],
      ...['heartbeat', 'storage-queue-orders'],
    ]);
  });

  it('have a heartbeat that says in the log how much is queued', async () => {
    await host.drained();
    const beats = () => host.process.output().match(/ info heartbeat queued=0$/gm)?.length ?? 0;
    const before = beats();
    const url = `${host.process.url}/admin/functions/heartbeat`;
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(url, { method: 'POST', headers, body: '{}' });
    expect(status).toBe(202);
    await expect.poll(beats, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  it('take nothing from the queue where dispatch is off, and keep what comes', async () => {
    const own = await startOwnBackend();
    const off = { ...own.env, HEDDLE_DISPATCH: 'off' };
    const idle = await HeddleHost.start(prepareFeatureApp({ triggers, env: off }));
    expect(await listFunctions(idle)).toEqual(['heartbeat']);
    expect((await push(idle, 'kept', { number: 1 })).status).toBe(202);
    expect(own.serviceBus.depth('events')).toBe(1);
    expect(own.serviceBus.counts.events?.receives).toBe(0);
  });

  it.each([
    ['Cosmos', 'Cosmos: is missing, and ServiceBus is set: set Cosmos__accountEndpoint'],
    ['AzureWebJobsStorage', 'AzureWebJobsStorage: is missing, and ServiceBus is set'],
  ])('are not there at all without %s', async (setting, fault) => {
    const without = { ...env, [setting]: '', HEDDLE_STORAGE_QUEUES: '' };
    const { exitCode, output } = await runHost(prepareFeatureApp({ triggers, env: without }));
    expect(exitCode).toBe(1);
    expect(output).toContain(fault);
    expect(output).not.toMatch(/SharedAccessKey=|AccountKey=|^ +at |Heddle is ready/m);
  });
});

describe('triggers in the settings', () => {
  it('run instead of those of the file', async () => {
    const rule = { source: 'github', eventType: 'push', actor: 'log' };
    const description = 'Ü'.repeat(990);
    const names = Array.from({ length: 6 }, (_, index) => `of-settings-${index}`);
    const definitions = { triggers: names.map((name) => ({ name, description, ...rule })) };
    const base64 = Buffer.from(JSON.stringify(definitions)).toString('base64');
    expect(base64.length).toBeGreaterThan(8000);
    const chunks = { TRIGGERS_B64_01: base64.slice(8000), TRIGGERS_B64_00: base64.slice(0, 8000) };
    const ofFile = `triggers: [${JSON.stringify({ name: 'of-file', ...rule })}]`;
    const own = await startOwnBackend();
    const deployed = await HeddleHost.start(
      prepareFeatureApp({ triggers: ofFile, env: { ...own.env, ...chunks } }),
    );
    // The first questions load libraries and make connections.
    await expect
      .poll(() => deployed.health())
      .toMatchObject({ status: 'healthy', triggers: names.length });
    expect((await push(deployed, 'deployed', { number: 1 })).status).toBe(202);
    await deployed.drained();
    const runs = await deployed.runs();
    expect(runs.map(({ trigger }) => trigger).toSorted()).toEqual(names);
    const [event] = (await deployed.events()) as readonly EventSummary[];
    expect(event?.decisions.map(({ trigger }) => trigger).toSorted()).toEqual(names);
  });
});
