import { describe, expect, it } from 'vitest';
import type { QueueMessage } from '../../emulators/service-bus/message.ts';
import { Queue } from '../../emulators/service-bus/queue.ts';
import { completeSettings, type QueueSettings } from '../../emulators/service-bus/settings.ts';

const START = 1_000_000;
const LOCK_MS = 60_000;

function createScene(settings: Omit<QueueSettings, 'name'> = {}) {
  const time = { now: START };
  const dead: QueueMessage<string>[] = [];
  const queue = new Queue<string>({
    settings: completeSettings({ name: 'q', ...settings }),
    now: () => time.now,
    onDead: (message) => dead.push(message),
  });
  const send = (content: string, more: { id?: string; sessionId?: string } = {}) =>
    queue.add({ content, ...more });
  return { queue, dead, time, send };
}

describe('a queue in memory', () => {
  it('delivers in the order of sending', () => {
    const { queue, send } = createScene();
    for (const content of ['a', 'b', 'c']) send(content);
    expect([queue.take(), queue.take(), queue.take()].map((lock) => lock?.message.content)).toEqual(
      ['a', 'b', 'c'],
    );
    expect(queue.take()).toBeUndefined();
  });

  it('puts an abandoned message back in front of those behind it', () => {
    const { queue, send } = createScene();
    send('a');
    send('b');
    queue.abandon(queue.take()?.token ?? '');
    expect(queue.take()?.message).toMatchObject({ content: 'a', deliveryCount: 1 });
  });

  it('delivers again at the moment when the lock ends, and not before', () => {
    const { queue, send, time } = createScene();
    send('a');
    const lock = queue.take();
    time.now += LOCK_MS - 1;
    expect(queue.take()).toBeUndefined();
    time.now += 1;
    expect(queue.complete(lock?.token ?? '')).toBe(false);
    expect(queue.take()?.message.deliveryCount).toBe(1);
  });

  it('holds a renewed lock for a full duration, longer than a later one', () => {
    const { queue, send, time } = createScene();
    send('a');
    send('b');
    const renewed = queue.take();
    queue.take();
    time.now += LOCK_MS / 2;
    expect(queue.renew(renewed?.token ?? '')).toBe(time.now + LOCK_MS);
    time.now += LOCK_MS / 2;
    expect(queue.take()?.message.content).toBe('b');
    expect(queue.complete(renewed?.token ?? '')).toBe(true);
  });

  it('dead-letters a message after its last delivery came to nothing', () => {
    const { queue, send, dead } = createScene({ maxDeliveryCount: 2 });
    send('a');
    queue.abandon(queue.take()?.token ?? '');
    expect(dead).toEqual([]);
    queue.abandon(queue.take()?.token ?? '');
    expect(dead).toMatchObject([
      {
        content: 'a',
        deliveryCount: 2,
        properties: { DeadLetterReason: 'MaxDeliveryCountExceeded' },
      },
    ]);
    expect(queue.depth()).toBe(0);
  });

  it('dead-letters a message that is too old when somebody wants it', () => {
    const { queue, time, dead } = createScene();
    queue.add({ content: 'a', ttlMs: 1000 });
    time.now += 1000;
    expect(queue.take()).toBeUndefined();
    expect(dead).toMatchObject([{ properties: { DeadLetterReason: 'TTLExpiredException' } }]);
  });

  it('drops a second message with the same id until the window is over', () => {
    const { queue, send, time } = createScene({ duplicateWindowMs: 1000 });
    expect(send('a', { id: '1' })).toEqual({ sequence: 1, duplicate: false });
    time.now += 999;
    expect(send('b', { id: '1' })).toEqual({ sequence: 2, duplicate: true });
    time.now += 1;
    expect(send('c', { id: '1' })).toEqual({ sequence: 3, duplicate: false });
    expect(queue.counts).toMatchObject({ sends: 2, duplicates: 1 });
  });

  it('gives a scheduled message a new number when it is due', () => {
    const { queue, send, time } = createScene();
    const { sequence } = queue.add({ content: 'later', scheduledFor: START + 5000 });
    send('now');
    expect(queue.nextExpiry()).toBe(START + 5000);
    time.now += 5000;
    expect(queue.cancel(sequence)).toBe(false);
    expect([queue.take(), queue.take()].map((lock) => lock?.message)).toMatchObject([
      { content: 'now', sequence: 2 },
      { content: 'later', sequence: 3, enqueuedAt: START + 5000 },
    ]);
  });

  it('cancels a scheduled message once', () => {
    const { queue } = createScene();
    const { sequence } = queue.add({ content: 'later', scheduledFor: START + 5000 });
    expect([queue.cancel(sequence), queue.cancel(sequence)]).toEqual([true, false]);
    expect(queue.depth()).toBe(0);
  });

  it('counts what is scheduled, due and locked as its depth', () => {
    const { queue, send } = createScene();
    send('locked');
    queue.take();
    send('due');
    queue.add({ content: 'later', scheduledFor: START + 5000 });
    expect(queue.depth()).toBe(3);
  });
});

describe('a queue with sessions in memory', () => {
  it('offers the session that waits longest, and each to one receiver only', () => {
    const { queue, send } = createScene({ requiresSession: true });
    send('b1', { sessionId: 'b' });
    send('a1', { sessionId: 'a' });
    expect([1, 2, 3].map(() => queue.acceptSession()?.sessionId)).toEqual(['b', 'a', undefined]);
  });

  it('counts a delivery as failed when the session lock ran out', () => {
    const { queue, send, time } = createScene({ requiresSession: true });
    send('a1', { sessionId: 'a' });
    const session = queue.acceptSession('a');
    const lock = queue.take(session);
    time.now += LOCK_MS;
    expect(queue.complete(lock?.token ?? '')).toBe(false);
    expect(queue.take(session)).toBeUndefined();
    expect(queue.take(queue.acceptSession('a'))?.message.deliveryCount).toBe(1);
  });

  it('does not count it when the session was given back', () => {
    const { queue, send } = createScene({ requiresSession: true });
    send('a1', { sessionId: 'a' });
    const session = queue.acceptSession('a');
    queue.take(session);
    if (session !== undefined) queue.releaseSession(session);
    expect(queue.take(queue.acceptSession('a'))?.message.deliveryCount).toBe(0);
  });

  it('keeps a renewed session with its messages', () => {
    const { queue, send, time } = createScene({ requiresSession: true });
    send('a1', { sessionId: 'a' });
    const lock = queue.take(queue.acceptSession('a'));
    time.now += LOCK_MS - 1;
    expect(queue.renewSession('a')?.until).toBe(time.now + LOCK_MS);
    time.now += LOCK_MS - 1;
    expect(queue.complete(lock?.token ?? '')).toBe(true);
  });
});
