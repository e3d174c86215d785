import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceBusConnection } from '../../../shared/heddle/adapters/azure/service-bus-connection.ts';
import { ServiceBusClient as ServiceBusSink } from '../../../shared/heddle/connectors/service-bus/client.ts';
import { RetryableError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { type ServiceBusEmulator, startServiceBusEmulator } from '../../emulators/service-bus.ts';
import { createLend, openTestConnectors } from '../../helpers/connectors.ts';
import { createSinkScene } from '../../helpers/sink-actors.ts';

let emulator: ServiceBusEmulator;
let connection: ServiceBusConnection;
let client: ServiceBusClient;
let sink: ServiceBusSink;

beforeEach(async () => {
  const queues = [{ name: 'orders' }, { name: 'by-customer', requiresSession: true }];
  emulator = await startServiceBusEmulator({ queues });
  connection = new ServiceBusConnection({ kind: 'string', value: emulator.connectionString });
  client = new ServiceBusClient(emulator.connectionString);
  sink = new ServiceBusSink(createLend(connection));
});
afterEach(async () => {
  await Promise.all([connection.close(), client.close()]);
  await emulator.close();
});

async function receive(queue: string): Promise<ServiceBusReceivedMessage> {
  const receiver = client.createReceiver(queue, { skipParsingBodyAsJson: true });
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 1000 });
  if (message === undefined) throw new Error(`expected a message in ${queue}`);
  return message;
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}

describe('a message to another queue', () => {
  it('has the bytes of its text for a body, not a JSON string of it', async () => {
    await sink.send('orders', { body: '{"é":1}' });
    expect((await receive('orders')).body.toString('utf8')).toBe('{"é":1}');
  });

  it('carries what it was given', async () => {
    await sink.send('orders', {
      body: 'x',
      id: 'order-1',
      contentType: 'application/json',
      subject: 'created',
      properties: { tenant: 'a', amount: 2.5, paid: true },
    });
    expect(await receive('orders')).toMatchObject({
      messageId: 'order-1',
      contentType: 'application/json',
      subject: 'created',
      applicationProperties: { tenant: 'a', amount: 2.5, paid: true },
    });
  });

  it('is dropped as a duplicate by its id', async () => {
    await sink.send('orders', { body: 'x', id: 'order-1' });
    await sink.send('orders', { body: 'x', id: 'order-1' });
    expect(emulator.depth('orders')).toBe(1);
  });

  it('goes to its session', async () => {
    await sink.send('by-customer', { body: 'x', sessionId: 'c1' });
    const receiver = await client.acceptSession('by-customer', 'c1');
    expect(await receiver.receiveMessages(1)).toHaveLength(1);
  });

  it('goes out however many other names were tried before', async () => {
    await sink.send('orders', { body: 'first' });
    for (let n = 0; n < 120; n++) await thrownBy(sink.send(`none-${n}`, { body: '' }));
    await sink.send('orders', { body: 'last' });
    expect(emulator.depth('orders')).toBe(2);
  });

  it('is scheduled when it has a delay', async () => {
    await sink.send('orders', { body: 'x', delayMs: 60_000 });
    expect(emulator.counts.orders).toMatchObject({ sends: 1, scheduled: 1 });
  });
});

describe('refusals', () => {
  it('of a queue that is not there are for good, and say what to do', async () => {
    const error = await thrownBy(sink.send('not-there', { body: 'x' }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'sink_refused' });
    expect(String(error)).toMatch(/not-there.* create it, or correct the name/);
  });

  it('of what is too large are for good', async () => {
    const body = 'x'.repeat(300_000);
    const error = await thrownBy(sink.send('orders', { body }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({ code: 'sink_refused' });
  });

  it.each(['', 'orders/$management', 'a b', 'x'.repeat(261)])(
    'of the name %j come before anything is sent',
    async (name) => {
      const error = await thrownBy(sink.send(name, { body: 'x' }));
      expect(error).toBeInstanceOf(TerminalError);
      expect(error).toMatchObject({ code: 'sink_refused' });
    },
  );

  it('of a busy broker are worth another attempt', async () => {
    emulator.faults.refuseSends();
    const error = await thrownBy(sink.send('orders', { body: 'x' }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'sink_unavailable', retryAfter: 10 });
  });

  it('without a connection name the setting', async () => {
    const { run } = createSinkScene({ queueActors: openTestConnectors({}).actors });
    const error = await thrownBy(run('service-bus', { queue: 'orders', message: 'x' }));
    expect(error).toMatchObject({ code: 'sink_not_configured' });
    expect(String(error)).toContain('ServiceBus__fullyQualifiedNamespace');
  });
});
