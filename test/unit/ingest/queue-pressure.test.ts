import { beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import {
  type PressureLimits,
  QueuePressure,
} from '../../../shared/heddle/pipeline/ingest/queue-pressure.ts';
import type { EventQueue } from '../../../shared/heddle/ports/event-queue.ts';
import { createRecordingLogger } from '../../helpers/factories.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { settle } from '../../helpers/gated-actor.ts';
import { LOCK_MS } from '../../helpers/world.ts';

let clock: FakeClock;
let queue: SqliteQueue;
let measures: number;
let sent = 0;

beforeEach(() => {
  clock = createFakeClock();
  queue = new SqliteQueue(SqliteDatabase.open(':memory:'), { clock, lockMs: LOCK_MS });
  measures = 0;
});

function createPressure(limits: Partial<PressureLimits>, fault?: Error): QueuePressure {
  const counting: EventQueue = {
    send: (messages) => queue.send(messages),
    cancel: (sequence) => queue.cancel(sequence),
    depth: () => queue.depth(),
    measureLag: async (options) => {
      measures++;
      if (fault) throw fault;
      return queue.measureLag(options);
    },
  };
  const logger = createRecordingLogger();
  return new QueuePressure(
    { queue: counting, clock, logger },
    { maxDepth: undefined, maxAgeMs: undefined, ...limits },
  );
}

function send(count: number, more: object = {}): Promise<unknown> {
  const messages = Array.from({ length: count }, () => ({ id: `${++sent}`, body: '' }));
  return queue.send(messages.map((one) => ({ ...one, ...more })));
}

/** Lets the measure that is due be made. */
async function measure(pressure: QueuePressure): Promise<void> {
  await clock.advance(1000);
  await pressure.assertRoom().catch(() => undefined);
  await settle();
}

describe('without bounds', () => {
  it('nothing is measured or refused', async () => {
    await send(1000);
    await createPressure({}).assertRoom();
    expect(measures).toBe(0);
  });
});

describe('a bound on the depth', () => {
  it('refuses what comes while more messages are in the queue, and says when to come again', async () => {
    const pressure = createPressure({ maxDepth: 10 });
    await send(10);
    await expect(pressure.assertRoom()).resolves.toBeUndefined();
    await send(1, { delayMs: 60_000 });
    await measure(pressure);
    await expect(pressure.assertRoom()).rejects.toMatchObject({
      ...{ name: 'RetryableError', code: 'queue_behind', retryAfter: 30 },
      message: expect.stringContaining('HEDDLE_MAX_QUEUE_DEPTH'),
    });
    for (const message of await queue.receive(10)) await queue.complete(message);
    await measure(pressure);
    await expect(pressure.assertRoom()).resolves.toBeUndefined();
  });

  it('costs one measure a second, however many requests come', async () => {
    const pressure = createPressure({ maxDepth: 10 });
    for (let request = 0; request < 100; request++) {
      await pressure.assertRoom();
      await clock.advance(50);
    }
    expect(measures).toBeLessThanOrEqual(6);
  });
});

describe('a bound on the age', () => {
  it('refuses while a message has been due for longer, in any lane', async () => {
    const pressure = createPressure({ maxAgeMs: 30_000 });
    await send(1, { lane: 'slow', delayMs: 60_000 });
    await clock.advance(89_000);
    await expect(pressure.assertRoom()).resolves.toBeUndefined();
    await measure(pressure);
    await clock.advance(2000);
    await measure(pressure);
    await expect(pressure.assertRoom()).rejects.toMatchObject({
      message: expect.stringContaining('HEDDLE_MAX_QUEUE_AGE allows 30 s'),
    });
  });

  it('counts no message that is in work, however long that takes', async () => {
    const pressure = createPressure({ maxAgeMs: 1000 });
    await send(1);
    const [message] = await queue.receive(1);
    for (let second = 0; second < 60; second += 5) {
      await clock.advance(5000);
      if (message) await queue.renewLock(message);
    }
    await expect(pressure.assertRoom()).resolves.toBeUndefined();
  });

  it('counts no message that has waited for one of its ordering key', async () => {
    const pressure = createPressure({ maxAgeMs: 1000 });
    for (const id of ['a', 'b']) await queue.send([{ id, body: '', orderingKey: 'key' }]);
    const [first] = await queue.receive(2);
    await clock.advance(5000);
    if (first) await queue.complete(first);
    await expect(pressure.assertRoom()).resolves.toBeUndefined();
  });
});

describe('a queue that cannot be measured', () => {
  it('refuses nothing here: sending to it says what is wrong', async () => {
    const pressure = createPressure({ maxDepth: 1 }, new Error('away'));
    await expect(pressure.assertRoom()).resolves.toBeUndefined();
  });
});
