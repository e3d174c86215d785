import { ServiceBusClient } from '@azure/service-bus';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createQueueDepthPoller } from '../../../shared/heddle/actors/pollers/queue-depth.ts';
import { ServiceBusConnection } from '../../../shared/heddle/adapters/azure/service-bus-connection.ts';
import { depthTargets } from '../../../shared/heddle/connectors/connectors.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import type { Probes } from '../../../shared/heddle/ports/probes.ts';
import { type Azurite, startAzurite } from '../../emulators/azurite.ts';
import { type ServiceBusEmulator, startServiceBusEmulator } from '../../emulators/service-bus.ts';
import { createProbes } from '../../helpers/connectors.ts';
import { createPolling, createPollingWorld } from '../../helpers/poller-scene.ts';

const QueueDepthPoller = createQueueDepthPoller(depthTargets);
const { signal } = new AbortController();

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('expected it to throw')),
    (error: unknown) => error,
  );
}

describe('a storage queue', () => {
  let azurite: Azurite;
  let probes: Probes;
  let queue: QueueClient;
  let made = 0;

  beforeAll(async () => {
    azurite = await startAzurite();
    probes = createProbes({
      storageQueue: { kind: 'string', value: azurite.connectionString },
    });
  });
  afterAll(() => azurite.close());
  beforeEach(async () => {
    const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
    queue = service.getQueueClient(`orders-${++made}`);
    await queue.create();
  });

  const put = async (count: number) => {
    for (let n = 0; n < count; n++) await queue.sendMessage('x');
  };
  const depthOf = (name: string) => probes.depth('storage-queue', name, { max: 100, signal });
  const watch = (options: { threshold: number; repeat?: boolean }) =>
    createPolling(QueueDepthPoller, { queue: queue.name, ...options }, { probes });

  it('fires with each poll while it has more than the threshold', async () => {
    const { poll } = watch({ threshold: 2 });
    await put(2);
    expect(await poll()).toEqual([]);
    await put(1);
    const context = { queue: queue.name, depth: 3, threshold: 2 };
    expect(await poll()).toEqual([{ type: 'queue_depth', context }]);
    expect(await poll()).toEqual([{ type: 'queue_depth', context }]);
  });

  it('fires once until it has gone down, where asked for', async () => {
    const { poll } = watch({ threshold: 1, repeat: false });
    await put(2);
    const fired = [(await poll()).length, (await poll()).length];
    await queue.clearMessages();
    fired.push((await poll()).length);
    await put(2);
    fired.push((await poll()).length);
    expect(fired).toEqual([1, 0, 0, 1]);
  });

  it('counts those that somebody has at hand', async () => {
    await put(2);
    await queue.receiveMessages({ numberOfMessages: 2 });
    expect(await depthOf(queue.name)).toBe(2);
  });

  it('that is not there fails the poll and says what to do', async () => {
    const error = await thrownBy(depthOf('not-there'));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'probe_refused' });
    expect(String(error)).toContain('az storage queue create --name not-there');
  });

  it('whose account does not let us in names the role', async () => {
    const key = Buffer.from('another key').toString('base64');
    const value = azurite.connectionString.replace(/AccountKey=[^;]*/, `AccountKey=${key}`);
    const wrong = createProbes({ storageQueue: { kind: 'string', value } });
    const error = await thrownBy(wrong.depth('storage-queue', queue.name, { max: 100, signal }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'probe_unavailable' });
    expect(String(error)).toContain('Storage Queue Data Contributor');
  });

  it('runs actors at once: a run that goes on keeps no other from beginning', async () => {
    const options = { queue: queue.name, threshold: 0 };
    const world = createPollingWorld(QueueDepthPoller, options, { probes });
    await put(1);
    await world.poll();
    await put(1);
    await world.poll();
    expect(world.inputs).toMatchObject([{ depth: 1 }, { depth: 2 }]);
    expect(new QueueDepthPoller().allowConcurrent).toBe(true);
  });
});

describe('a Service Bus queue', () => {
  let emulator: ServiceBusEmulator;
  let connection: ServiceBusConnection;
  let client: ServiceBusClient;
  let probes: Probes;

  beforeEach(async () => {
    const queues = [{ name: 'orders' }, { name: 'by-customer', requiresSession: true }];
    emulator = await startServiceBusEmulator({ queues });
    connection = new ServiceBusConnection({ kind: 'string', value: emulator.connectionString });
    client = new ServiceBusClient(emulator.connectionString);
    probes = createProbes({ serviceBus: connection });
    return async () => {
      await Promise.all([connection.close(), client.close()]);
      await emulator.close();
    };
  });

  const depthOf = (name: string) => probes.depth('service-bus', name, { max: 100, signal });
  const put = (queue: string, count: number, sessionId?: string) =>
    client.createSender(queue).sendMessages(
      Array.from({ length: count }, (_, n) => ({
        ...{ body: 'x', messageId: `${n}` },
        ...(sessionId === undefined ? {} : { sessionId }),
      })),
    );

  it('fires above its threshold, with its depth', async () => {
    const { poll } = createPolling(QueueDepthPoller, { serviceBus: 'orders' }, { probes });
    expect(await poll()).toEqual([]);
    await put('orders', 12);
    expect(await poll()).toEqual([
      { type: 'queue_depth', context: { queue: 'orders', depth: 12, threshold: 10 } },
    ]);
  });

  it('is counted up to 100, and says that there may be more', async () => {
    await put('orders', 130);
    const { poll } = createPolling(QueueDepthPoller, { serviceBus: 'orders' }, { probes });
    const [event] = await poll();
    expect(event?.context).toMatchObject({ depth: 100, isMore: true });
  });

  it('is counted further for a higher threshold', async () => {
    await put('orders', 130);
    const options = { serviceBus: 'orders', threshold: 130 };
    const { poll } = createPolling(QueueDepthPoller, options, { probes });
    expect(await poll()).toEqual([]);
  });

  it('counts what waits and what is locked, and not what is scheduled', async () => {
    await put('orders', 2);
    const [later] = await client
      .createSender('orders')
      .scheduleMessages([{ body: 'x' }], new Date(Date.now() + 60_000));
    expect(later).toBeDefined();
    await client.createReceiver('orders').receiveMessages(1);
    expect(await depthOf('orders')).toBe(2);
  });

  it('may have sessions', async () => {
    await put('by-customer', 3, 'c1');
    expect(await depthOf('by-customer')).toBe(3);
  });

  it('that is not there fails the poll for good', async () => {
    const error = await thrownBy(depthOf('not-there'));
    expect(error).toBeInstanceOf(TerminalError);
    expect(String(error)).toContain('create it, or correct the name');
  });
});

describe('without a connection', () => {
  it.each([
    [{ queue: 'orders' }, 'AzureWebJobsStorage__queueServiceUri'],
    [{ serviceBus: 'orders' }, 'ServiceBus__fullyQualifiedNamespace'],
  ])('%j fails and names the setting %s', async (options, setting) => {
    const { poll } = createPolling(QueueDepthPoller, options, { probes: createProbes({}) });
    const error = await thrownBy(poll());
    expect(error).toMatchObject({ name: 'TerminalError', code: 'probe_not_configured' });
    expect(String(error)).toContain(setting);
  });
});

describe('options', () => {
  it.each([
    [{}, 'expected either queue'],
    [{ queue: 'orders', serviceBus: 'orders' }, 'expected either queue'],
    [{ queue: 'Orders' }, 'expected 3 to 63 lower-case letters'],
    [{ queue: 'orders', threshold: -1 }, 'expected at least 0'],
    [{ serviceBus: 'orders', threshold: 1000 }, 'expected less than 1000 for Service Bus'],
  ])('%j are refused: %s', (options, reason) => {
    expect(() => QueueDepthPoller.parseOptions?.(options)).toThrow(reason);
  });
});
