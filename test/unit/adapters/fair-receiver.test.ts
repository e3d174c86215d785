import { beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../shared/heddle/adapters/embedded/database.ts';
import { FairReceiver } from '../../../shared/heddle/adapters/embedded/fair-receiver.ts';
import { SqliteQueue } from '../../../shared/heddle/adapters/embedded/sqlite-queue.ts';
import { Seats } from '../../../shared/heddle/pipeline/engine/seats.ts';
import type { OutgoingMessage } from '../../../shared/heddle/ports/event-queue.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { LOCK_MS } from '../../helpers/world.ts';

let clock: FakeClock;
let queue: SqliteQueue;
let seats: Seats;
let receiver: FairReceiver;

beforeEach(() => {
  clock = createFakeClock();
  queue = new SqliteQueue(SqliteDatabase.open(':memory:'), { clock, lockMs: LOCK_MS });
  seats = new Seats({ total: 8, clock, hasLanes: true });
  receiver = new FairReceiver({ queue, lanes: seats, clock });
});

function toMessages(name: string, count: number, more: Partial<OutgoingMessage> = {}) {
  return Array.from({ length: count }, (_, n) => ({ id: `${name}${n}`, body: name, ...more }));
}

async function receive(max: number): Promise<readonly string[]> {
  return (await receiver.receive(max)).map(({ id }) => id);
}

/** Receives as the pump does, until nothing is left. */
async function receiveAll(): Promise<readonly string[]> {
  const all: string[] = [];
  for (let ids = await receive(20); ids.length > 0; ids = await receive(20)) all.push(...ids);
  return all;
}

describe('the common lane', () => {
  it('is received when it is due, urgent messages first', async () => {
    await queue.send(toMessages('late', 3));
    await clock.advance(10);
    await queue.send(toMessages('urgent', 2, { isUrgent: true }));
    await queue.send(toMessages('not yet', 1, { isUrgent: true, delayMs: 1 }));
    expect(await receive(4)).toEqual(['urgent0', 'urgent1', 'late0', 'late1']);
  });
});

describe('a lane', () => {
  it('has as many messages received as its trigger has seats, and holds up no other', async () => {
    await queue.send(toMessages('slow', 100, { lane: 'slow' }));
    await clock.advance(10);
    await queue.send(toMessages('event', 1));
    await queue.send(toMessages('quick', 1, { lane: 'quick' }));
    const ids = await receiveAll();
    expect(ids.filter((id) => id.startsWith('slow'))).toHaveLength(6);
    expect(ids).toEqual(expect.arrayContaining(['event0', 'quick0']));
  });

  it('that has no seat lets the receiver rest until another message is due', async () => {
    await queue.send(toMessages('slow', 100, { lane: 'slow' }));
    await receive(20);
    expect(receiver.nextDueAt()).toBeUndefined();
    await queue.send(toMessages('event', 1, { delayMs: 5000 }));
    expect(receiver.nextDueAt()).toBe(clock.now() + 5000);
  });

  it('is received again when a message of it has ended', async () => {
    await queue.send(toMessages('slow', 100, { lane: 'slow' }));
    const [message] = await receiver.receive(20);
    let opened = 0;
    seats.listen(() => opened++);
    const { promise, resolve } = Promise.withResolvers<void>();
    const handler = receiver.wrap({ handle: () => promise, giveUp: async () => undefined });
    const { signal } = new AbortController();
    const delivery = { id: '', body: '', deliveryCount: 1, signal };
    const handled = handler.handle({ ...delivery, sequence: message?.sequence ?? 0 });
    expect(opened).toBe(0);
    resolve();
    await handled;
    expect(opened).toBe(1);
    expect(await receive(20)).toHaveLength(1);
  });

  it('gives its urgent messages first', async () => {
    await queue.send(toMessages('slow', 10, { lane: 'slow' }));
    await clock.advance(10);
    await queue.send(toMessages('handed', 1, { lane: 'slow', isUrgent: true }));
    expect(await receive(2)).toEqual(['handed0', 'slow0']);
  });
});

describe('several lanes', () => {
  it('are received evenly', async () => {
    for (const lane of ['a', 'b', 'c']) await queue.send(toMessages(lane, 10, { lane }));
    const ids = await receiveAll();
    expect(['a', 'b', 'c'].map((lane) => ids.filter((id) => id.startsWith(lane)).length)).toEqual([
      3, 2, 2,
    ]);
  });

  it('of a large number each have their turn', async () => {
    for (let n = 0; n < 250; n++) await queue.send([{ id: `${n}`, body: '', lane: `lane ${n}` }]);
    const received = new Set<string>();
    for (let round = 0; round < 100 && received.size < 250; round++) {
      for (const message of await receiver.receive(20)) {
        received.add(message.id);
        await receiver.complete(message);
        seats.dropSeat(message.sequence);
      }
    }
    expect(received.size).toBe(250);
  });
});
