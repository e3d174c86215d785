import { app as host, type InvocationContext } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { createDeadLetterHandler, createMessageHandler } from './messages.ts';

/** The queues as infra/app/service-bus.bicep names them. */
const QUEUES = [
  { queue: 'events', suffix: '', isOrdered: false },
  { queue: 'events-ordered', suffix: '-ordered', isOrdered: true },
] as const;

/**
 * Asks for bytes: the host would parse JSON, and its fields would overwrite the host's own
 * metadata.
 */
const AS_BYTES = { dataType: 'binary' };

/** Registers the functions that receive from the queues; for an app on Service Bus. */
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

/**
 * Registers the heartbeat. An alert watches it, since stopped timers would otherwise go unnoticed.
 */
export function registerHeartbeat(app: () => App): void {
  host.timer('heartbeat', { schedule: '0 * * * * *', handler: () => app().heartbeat() });
}

/** Registers one function per storage queue whose messages are events. */
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

/** Bytes are asked for; anything else has been parsed by the library where it is JSON. */
function toText(body: unknown): string {
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  return typeof body === 'string' ? body : JSON.stringify(body);
}
