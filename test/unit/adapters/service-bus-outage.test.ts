import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import type { EventQueue } from '../../../shared/heddle/ports/event-queue.ts';
import { startServiceBusEmulator } from '../../emulators/service-bus.ts';
import { createQueue, startServiceBusScene } from '../../helpers/service-bus-queue.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startScene() {
  const scene = await startServiceBusScene();
  cleanups.push(() => scene.close());
  return scene;
}

async function startBroker(port: number) {
  const emulator = await startServiceBusEmulator({ port });
  cleanups.push(() => emulator.close());
  return emulator;
}

interface Failure {
  readonly error: unknown;
  readonly seconds: number;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const start = performance.now();
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, seconds: (performance.now() - start) / 1000 };
}

const send = (queue: EventQueue, id: string) => queue.send([{ id, body: `body of ${id}` }]);

const callsOf = (queue: EventQueue): (() => Promise<unknown>)[] => [
  () => send(queue, 'a'),
  () => queue.cancel(1),
  () => queue.depth(),
];

describe('a broker that refuses', () => {
  it('is an error to try again after, within seconds, and not once it accepts', async () => {
    const { queue, emulator } = await startScene();
    emulator.faults.refuseSends();
    const { error, seconds } = await failureOf(send(queue, 'a'));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'queue_unavailable', retryAfter: 10 });
    expect(seconds).toBeLessThan(5);
    emulator.faults.stop();
    expect(await send(queue, 'a')).toEqual(['accepted']);
    expect(emulator.depth('events')).toBe(1);
  });

  it('once is not noticed', async () => {
    const { queue, emulator } = await startScene();
    emulator.faults.refuseSends({ times: 1 });
    expect(await send(queue, 'a')).toEqual(['accepted']);
  });

  it('refuses scheduled messages likewise', async () => {
    const { queue, emulator } = await startScene();
    emulator.faults.refuseSends();
    const { error } = await failureOf(queue.send([{ id: 'a', body: '', delayMs: 1000 }]));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: 'queue_unavailable' });
  });

  it.each([
    ['amqp:unauthorized-access', 'Azure Service Bus Data Sender'],
    ['com.microsoft:entity-disabled', 'enable it'],
    ['amqp:resource-limit-exceeded', 'it is full'],
  ])('for %s says what to do', async (condition, step) => {
    const { queue, emulator } = await startScene();
    emulator.faults.refuseSends({ condition });
    const { error } = await failureOf(send(queue, 'a'));
    expect(error).toBeInstanceOf(RetryableError);
    expect(String(error)).toContain(step);
    expect(String(error)).not.toContain('SAS_KEY_VALUE');
  });
});

describe('a queue that is not there', () => {
  it('is for the operator to create, and the sender to come again', async () => {
    const scene = await startServiceBusScene({ queues: [{ name: 'other' }] });
    cleanups.push(() => scene.close());
    for (const call of callsOf(scene.queue)) {
      const { error, seconds } = await failureOf(call());
      expect(error).toBeInstanceOf(RetryableError);
      expect(String(error)).toMatch(/events.* create it/);
      expect(seconds).toBeLessThan(5);
    }
  });
});

describe('a connection that breaks', () => {
  it('is made again by the next call', async () => {
    const { queue, emulator } = await startScene();
    const [sequence] = await queue.send([{ id: 'later', body: '', delayMs: 60_000 }]);
    await send(queue, 'a');
    emulator.faults.dropConnections();
    expect(await send(queue, 'b')).toEqual(['accepted']);
    expect(await queue.depth()).toBe(3);
    expect(await queue.cancel(Number(sequence))).toBe(true);
  });

  it('before the answer neither loses nor repeats a message', async () => {
    const { queue, emulator } = await startScene();
    await send(queue, 'before');
    emulator.faults.loseAcknowledgements(1);
    await failureOf(send(queue, 'a'));
    await send(queue, 'a');
    expect(emulator.depth('events')).toBe(2);
  });

  it('under many senders fails some and hangs none', async () => {
    const { queue, emulator } = await startScene();
    await send(queue, 'before');
    emulator.faults.delay(50);
    const ids = Array.from({ length: 50 }, (_, n) => `m${n}`);
    const sending = ids.map((id) => failureOf(send(queue, id)));
    emulator.faults.dropConnections();
    for (const { error, seconds } of await Promise.all(sending)) {
      if (error !== undefined) expect(error).toBeInstanceOf(RetryableError);
      expect(seconds).toBeLessThan(10);
    }
    emulator.faults.stop();
    await Promise.all(ids.map((id) => send(queue, id)));
    expect(emulator.depth('events')).toBe(51);
  });
});

describe('a broker that is gone', () => {
  it('is found again at its address without a restart', async () => {
    const first = await startServiceBusEmulator();
    const { connection, queue } = createQueue(first.connectionString);
    cleanups.push(() => connection.close());
    await send(queue, 'a');
    await first.close();
    const { error, seconds } = await failureOf(send(queue, 'b'));
    expect(error).toBeInstanceOf(RetryableError);
    expect(seconds).toBeLessThan(10);
    const second = await startBroker(first.port);
    expect(await send(queue, 'b')).toEqual(['accepted']);
    expect(second.depth('events')).toBe(1);
  });

  it('and takes connections without a word keeps nobody waiting, and is found again', async () => {
    const silent = await startSilentServer();
    const { connection, queue } = createQueue(toConnectionString(silent.port), {
      deadlineMs: 1000,
    });
    cleanups.push(() => connection.close());
    for (const call of callsOf(queue)) {
      const { error, seconds } = await failureOf(call());
      expect(error).toBeInstanceOf(RetryableError);
      expect(seconds).toBeLessThan(5);
    }
    await silent.close();
    await startBroker(silent.port);
    expect(await send(queue, 'a')).toEqual(['accepted']);
  });
});

describe('a wrong connection string', () => {
  it.each(['nonsense', 'Endpoint=sb://localhost', ''])(
    '%j is an error that repeats none of it',
    async (value) => {
      const { connection, queue } = createQueue(value);
      cleanups.push(() => connection.close());
      const { error } = await failureOf(send(queue, 'a'));
      expect(error).toBeInstanceOf(RetryableError);
      expect(String(error)).toContain('the setting ServiceBus');
      expect(String(error)).not.toContain('nonsense');
    },
  );
});

function toConnectionString(port: number): string {
  return `Endpoint=sb://localhost:${port};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`;
}

async function startSilentServer() {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: address.port, close };
}
