import { afterEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { Pump } from '../../../shared/heddle/adapters/embedded/pump.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import type { Delivery, MessageHandler } from '../../../shared/heddle/ports/event-queue.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { LOCK_MS, silent } from '../../helpers/world.ts';

const running: Pump[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((pump) => pump.stop()));
});

function createSubject(handle: MessageHandler['handle'], concurrency = 4) {
  const clock = createFakeClock();
  const givenUp: Delivery[] = [];
  const reasons: string[] = [];
  const database = SqliteDatabase.open(':memory:');
  const queue = new SqliteQueue(database, {
    clock,
    lockMs: LOCK_MS,
    onSend: () => pump.wake(),
  });
  const handler: MessageHandler = {
    handle,
    async giveUp(delivery, reason) {
      givenUp.push(delivery);
      reasons.push(reason);
    },
  };
  const limits = { concurrency, lockMs: LOCK_MS, maxDeliveries: 3 };
  const pump: Pump = new Pump({ queue, handler, clock, logger: silent, ...limits });
  pump.start();
  running.push(pump);
  return { clock, queue, pump, givenUp, reasons };
}

describe('Pump', () => {
  it('delivers what is sent at once, and completes it', async () => {
    const bodies: string[] = [];
    const { queue } = createSubject(async ({ body }) => {
      bodies.push(body);
    });
    await queue.send([{ id: 'a', body: 'A' }]);
    await expect.poll(() => queue.depth()).toBe(0);
    expect(bodies).toEqual(['A']);
  });

  it('delivers a scheduled message when it is due', async () => {
    let handled = 0;
    const { clock, queue } = createSubject(async () => {
      handled++;
    });
    await queue.send([{ id: 'a', body: 'A', delayMs: 5000 }]);
    await clock.advance(4999);
    expect(handled).toBe(0);
    await clock.advance(1);
    await expect.poll(() => handled).toBe(1);
  });

  it('handles no more at once than it may', async () => {
    let now = 0;
    let most = 0;
    const { queue } = createSubject(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    });
    await queue.send(Array.from({ length: 40 }, (_, index) => ({ id: `${index}`, body: '' })));
    await expect.poll(() => queue.depth()).toBe(0);
    expect(most).toBe(4);
  });

  it('keeps the lock of a message that takes long', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let deliveries = 0;
    let lost = false;
    const { clock, queue } = createSubject(({ signal }) => {
      deliveries++;
      signal.addEventListener('abort', () => {
        lost = true;
      });
      return promise;
    });
    await queue.send([{ id: 'a', body: 'A' }]);
    await expect.poll(() => deliveries).toBe(1);
    for (let step = 0; step < 50; step++) await clock.advance(LOCK_MS / 5);
    expect({ deliveries, lost }).toEqual({ deliveries: 1, lost: false });
    resolve();
    await expect.poll(() => queue.depth()).toBe(0);
  });

  it('tells the handler when the lock is lost', async () => {
    let signal: AbortSignal | undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, queue, pump } = createSubject((delivery) => {
      signal ??= delivery.signal;
      return promise;
    }, 1);
    await queue.send([{ id: 'a', body: 'A' }]);
    await expect.poll(() => signal).toBeDefined();
    // Another receiver, as another process on the same file would be.
    const stolen = clock.now() + LOCK_MS + 1;
    Object.assign(clock, { now: () => stolen });
    await queue.receive(1);
    await clock.advance(LOCK_MS);
    await expect.poll(() => signal?.aborted).toBe(true);
    resolve();
    await pump.stop();
  });

  it('lets a message come again whose handling throws, then gives it up', async () => {
    let deliveries = 0;
    const { clock, queue, givenUp, reasons } = createSubject(async () => {
      deliveries++;
      throw new Error('the store is down');
    });
    await queue.send([{ id: 'a', body: 'A' }]);
    await expect.poll(() => deliveries).toBe(1);
    for (let step = 0; step < 400 && givenUp.length === 0; step++) await clock.advance(1000);
    await expect.poll(() => queue.depth()).toBe(0);
    expect(deliveries).toBe(3);
    expect(givenUp.map(({ deliveryCount }) => deliveryCount)).toEqual([4]);
    expect(reasons).toEqual(['delivered 3 times without being dealt with']);
  });

  it('takes ever fewer messages while handling throws', async () => {
    let handled = 0;
    const { clock, queue } = createSubject(async () => {
      handled++;
      throw new Error('the store is down');
    }, 1);
    await queue.send(Array.from({ length: 200 }, (_, index) => ({ id: `${index}`, body: '' })));
    for (let second = 0; second < 60; second++) await clock.advance(1000);
    expect(handled).toBeGreaterThan(2);
    expect(handled).toBeLessThan(10);
  });

  it('waits for what is in flight when it stops, and takes nothing more', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let handled = 0;
    const { queue, pump } = createSubject(() => {
      handled++;
      return promise;
    }, 1);
    await queue.send([
      { id: 'a', body: 'A' },
      { id: 'b', body: 'B' },
    ]);
    await expect.poll(() => handled).toBe(1);
    let stopped = false;
    const stopping = pump.stop().then(() => {
      stopped = true;
    });
    await new Promise((turn) => setImmediate(turn));
    expect(stopped).toBe(false);
    resolve();
    await stopping;
    expect(handled).toBe(1);
    expect(await queue.depth()).toBe(1);
  });
});
