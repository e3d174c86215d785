import { app as host, type InvocationContext } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { createDeadLetterHandler, createMessageHandler } from './messages.ts';

/** The queues' names, here and in infra/app/service-bus.bicep. */
const QUEUES = [
  { queue: 'events', suffix: '', isOrdered: false },
  { queue: 'events-ordered', suffix: '-ordered', isOrdered: true },
] as const;

/** As bytes: the host would take JSON apart, and let its fields overwrite what it says itself. */
const AS_BYTES = { dataType: 'binary' };

/** The functions at the queues' other end, where the app runs on Service Bus. */
export function registerMessages(app: () => App): void {
  for (const { queue, suffix, isOrdered } of QUEUES) {
    host.serviceBusQueue(`dispatch${suffix}`, {
      ...{ ...AS_BYTES, connection: 'ServiceBus', queueName: queue, isSessionsEnabled: isOrdered },
      handler: createMessageHandler(app, { isOrdered }),
    });
    host.serviceBusQueue(`dead-letter${suffix}`, {
      ...{ ...AS_BYTES, connection: 'ServiceBus', queueName: `${queue}/$deadletterqueue` },
      handler: createDeadLetterHandler(app, { isOrdered }),
    });
  }
}

/** Timers have stopped without a word: an alert watches for this one. */
export function registerHeartbeat(app: () => App): void {
  host.timer('heartbeat', { schedule: '0 * * * * *', handler: () => app().heartbeat() });
}

/** One function for each storage queue whose messages are events. */
export function registerStorageQueues(app: () => App, queues: readonly string[]): void {
  for (const queue of queues) {
    host.storageQueue(`storage-queue-${queue}`, {
      ...{ ...AS_BYTES, connection: 'AzureWebJobsStorage', queueName: queue },
      handler: (body, context) => app().receiveQueueMessage(toQueueMessage(queue, body, context)),
    });
  }
}

function toQueueMessage(queue: string, body: unknown, { triggerMetadata = {} }: InvocationContext) {
  const { id, dequeueCount, insertionTime } = triggerMetadata;
  const insertedAt = insertionTime === undefined ? Number.NaN : Date.parse(String(insertionTime));
  return {
    queue,
    id: String(id),
    text: toText(body),
    dequeueCount: Number(dequeueCount ?? 1),
    insertedAt: Number.isNaN(insertedAt) ? undefined : new Date(insertedAt).toISOString(),
  };
}

/** Asked for as bytes; what a host hands over otherwise, the library has parsed where it is JSON. */
function toText(body: unknown): string {
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  return typeof body === 'string' ? body : JSON.stringify(body);
}
