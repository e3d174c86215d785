import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvariantError, TerminalError } from '../../../shared/heddle/errors/errors.ts';
import { type ServiceBusScene, startServiceBusScene } from '../../helpers/service-bus-queue.ts';

let scene: ServiceBusScene;

beforeEach(async () => {
  scene = await startServiceBusScene();
});
afterEach(() => scene.close());

const noise = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes);
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const countsOf = (queue: string) => {
  const counts = scene.emulator.counts[queue];
  if (counts === undefined) throw new Error(`the emulator counts nothing of ${queue}`);
  return counts;
};

async function receiveAll(): Promise<Map<string, string>> {
  const received = new Map<string, string>();
  for (let batch = await scene.receiver.receive(20); batch.length > 0; ) {
    for (const message of batch) {
      received.set(message.id, message.body);
      await scene.receiver.complete(message);
    }
    batch = await scene.receiver.receive(20);
  }
  return received;
}

describe('a namespace without the queue for urgent messages', () => {
  it('takes them by the common queue, and counts them there', async () => {
    const queues = [{ name: 'events' }, { name: 'events-ordered', requiresSession: true }];
    const before = await startServiceBusScene({ queues });
    await before.queue.send([{ id: 'urgent', body: '', isUrgent: true }]);
    expect(await before.queue.depth()).toBe(1);
    await before.close();
  });
});

describe('measuring', () => {
  it('says how long messages have been due only where many wait, for some may be in work', async () => {
    const send = (count: number, from: number) =>
      scene.queue.send(range(count).map((n) => ({ id: `m${from + n}`, body: '' })));
    await send(99, 0);
    expect(await scene.queue.measureLag({ maxDepth: 50 })).toEqual({ depth: 50, ageMs: 0 });
    await send(2, 99);
    const { depth, ageMs } = await scene.queue.measureLag({ maxDepth: 1000 });
    expect(depth).toBe(100);
    expect(ageMs).toBeGreaterThanOrEqual(0);
  });
});

describe('sending', () => {
  it('takes one call for many small messages', async () => {
    const messages = range(300).map((n) => ({ id: `m${n}`, body: `{"n":${n}}` }));
    expect(await scene.queue.send(messages)).toEqual(messages.map(() => 'accepted'));
    expect(countsOf('events')).toMatchObject({ sends: 300, sendCalls: 1 });
  });

  it('takes as many calls as the size limit asks for', async () => {
    const messages = range(5).map((n) => ({ id: `m${n}`, body: noise(130_000) }));
    await scene.queue.send(messages);
    expect(countsOf('events')).toMatchObject({ sends: 5, sendCalls: 3 });
    expect(await receiveAll()).toEqual(new Map(messages.map(({ id, body }) => [id, body])));
  });

  it('sends what is urgent to a queue of its own as well, and drops duplicates in each', async () => {
    for (let time = 0; time < 2; time++) {
      await scene.queue.send([{ id: 'urgent', body: '', isUrgent: true }]);
    }
    await scene.queue.send([{ id: 'later', body: '', isUrgent: true, delayMs: 60_000 }]);
    const depths = ['events', 'events-urgent'].map((name) => scene.emulator.depth(name));
    expect(depths).toEqual([2, 1]);
  });

  it('keeps what is too large for a message in a blob', async () => {
    const body = noise(1_000_000);
    await scene.queue.send([{ id: 'large', body }]);
    expect(scene.blobs.blobs.size).toBe(1);
    expect(await receiveAll()).toEqual(new Map([['large', body]]));
  });

  it('shortens ids that the broker would not take, and still drops duplicates', async () => {
    const id = 'x'.repeat(200);
    for (const [name, body] of Object.entries({ [id]: 'a', [`${id}y`]: 'b' })) {
      await scene.queue.send([{ id: name, body }]);
      await scene.queue.send([{ id: name, body }]);
    }
    expect([...(await receiveAll()).values()].toSorted()).toEqual(['a', 'b']);
  });

  it('keeps the order of a key, however long, across calls', async () => {
    const orderingKey = 'k'.repeat(200);
    const messages = range(4).map((n) => ({ id: `m${n}`, body: noise(130_000), orderingKey }));
    await scene.queue.send(messages);
    expect(countsOf('events-ordered')).toMatchObject({ sends: 4, sendCalls: 2 });
    expect([...(await receiveAll()).keys()]).toEqual(['m0', 'm1', 'm2', 'm3']);
  });

  it('takes messages with and without a key or a delay at once', async () => {
    const sent = await scene.queue.send([
      { id: 'now', body: '1' },
      { id: 'later', body: '2', delayMs: 60_000 },
      { id: 'a', body: '3', orderingKey: 'k1' },
      { id: 'b', body: '4', orderingKey: 'k2' },
      { id: 'later still', body: '5', delayMs: 120_000 },
    ]);
    const number = expect.any(Number);
    expect(sent).toEqual(['accepted', number, 'accepted', 'accepted', number]);
    expect(countsOf('events')).toMatchObject({ sends: 3, scheduled: 2 });
    expect(countsOf('events-ordered')).toMatchObject({ sends: 2, scheduled: 0 });
  });

  it('says which number each scheduled message got', async () => {
    const messages = range(250).map((n) => ({ id: `m${n}`, body: 'x', delayMs: 60_000 }));
    const sequences = await scene.queue.send(messages);
    expect(new Set(sequences).size).toBe(250);
    expect(countsOf('events').scheduled).toBe(250);
    expect(countsOf('events').sendCalls).toBe(3);
    expect(await scene.queue.cancel(Number(sequences[249]))).toBe(true);
    expect(await scene.queue.send([{ id: 'm249', body: 'x' }])).toEqual(['accepted']);
    expect(scene.emulator.depth('events')).toBe(249);
  });

  it('refuses an ordering key together with a delay', async () => {
    const message = { id: 'a', body: '', orderingKey: 'k', delayMs: 1 };
    await expect(scene.queue.send([message])).rejects.toThrow(InvariantError);
    expect(scene.emulator.depth('events-ordered')).toBe(0);
  });

  it('fails for good where the broker finds a message too large', async () => {
    scene.emulator.faults.refuseSends({ condition: 'amqp:link:message-size-exceeded' });
    const sending = scene.queue.send([{ id: 'a', body: 'x' }]);
    await expect(sending).rejects.toThrow(TerminalError);
    await expect(sending).rejects.toMatchObject({ code: 'message_too_large' });
  });

  it('leaves nothing out when many send at once', async () => {
    await Promise.all(range(200).map((n) => scene.queue.send([{ id: `m${n}`, body: `${n}` }])));
    expect((await receiveAll()).size).toBe(200);
  });
});

describe('the depth', () => {
  it('is that of both queues, with what is locked and what is scheduled', async () => {
    await scene.queue.send([
      { id: 'a', body: '' },
      { id: 'b', body: '', orderingKey: 'k' },
      { id: 'c', body: '', delayMs: 60_000 },
    ]);
    await scene.receiver.receive(1);
    expect(await scene.queue.depth()).toBe(3);
    expect(await scene.queue.depth()).toBe(3);
  });

  it('stops at 100', async () => {
    await scene.queue.send(range(90).map((n) => ({ id: `m${n}`, body: '' })));
    expect(await scene.queue.depth()).toBe(90);
    await scene.queue.send(range(90).map((n) => ({ id: `o${n}`, body: '', orderingKey: 'k' })));
    expect(await scene.queue.depth()).toBe(100);
  });
});
