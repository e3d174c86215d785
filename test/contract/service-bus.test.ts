import { afterAll, beforeAll, vi } from 'vitest';
import type { ServiceBusQueue } from '../../shared/heddle/adapters/azure/service-bus-queue.ts';
import { startServiceBusScene } from '../helpers/service-bus-queue.ts';
import type { ServiceBusTestReceiver } from '../helpers/service-bus-receiver.ts';
import { describeEventQueue } from './event-queue.ts';
import type { QueueSubject } from './queue-scene.ts';

const LIMITS = { lockMs: 10_000, duplicateWindowMs: 45_000 };
/**
 * Never dead-letters, since the suite abandons messages at will. The engine's tests cover the
 * limit.
 */
const NEVER_DEAD = { ...LIMITS, maxDeliveryCount: 1000 };

/**
 * Only the date is faked, so that locks expire when the tests say; the protocol runs in real time.
 */
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
});
afterAll(() => {
  vi.useRealTimers();
});

async function createSubject(): Promise<QueueSubject> {
  const queues = [
    { name: 'events', ...NEVER_DEAD },
    { name: 'events-ordered', requiresSession: true, ...NEVER_DEAD },
    { name: 'events-urgent', ...NEVER_DEAD },
  ];
  const { queue, receiver, close } = await startServiceBusScene({ queues });
  return {
    ...LIMITS,
    queue: join(queue, receiver),
    advance: async (ms) => {
      vi.setSystemTime(Date.now() + ms);
    },
    close,
  };
}

/** Joins both ends of the queue into the interface of the suite. */
function join(sender: ServiceBusQueue, receiver: ServiceBusTestReceiver): QueueSubject['queue'] {
  return {
    send: (messages) => sender.send(messages),
    cancel: (sequence) => sender.cancel(sequence),
    depth: () => sender.depth(),
    measureLag: (options) => sender.measureLag(options),
    receive: (max) => receiver.receive(max),
    complete: (message) => receiver.complete(message),
    abandon: (message) => receiver.abandon(message),
    renewLock: (message) => receiver.renewLock(message),
  };
}

describeEventQueue('Service Bus', createSubject, { runs: 10 });
