import { isDeeperThan, isJsonObject, type JsonObject } from '../domain/json.ts';
import { MAX_DEPTH } from './body.ts';
import type { SourceEvent } from './source.ts';

/** Source of messages of storage queues. The type of such an event is its queue. */
export const STORAGE_QUEUE_SOURCE = 'storagequeue';

/** A message as the Functions host delivers it. */
export interface QueueMessage {
  readonly queue: string;
  readonly id: string;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly insertedAt?: string | undefined;
  /** 1 on the first delivery. */
  readonly dequeueCount: number;
}

/**
 * Converts a message. A JSON object is the event's data; any other text is its `body`. Only those
 * who may write to the queue can have sent it, so it counts as verified.
 * @see https://learn.microsoft.com/en-us/azure/storage/queues/storage-queues-introduction
 */
export function toQueueEvent(message: QueueMessage): SourceEvent {
  const { queue, id, text, insertedAt, dequeueCount } = message;
  return {
    ...{ id, type: queue, subject: queue, data: toData(text) },
    fields: { queue, message_id: id, dequeue_count: dequeueCount },
    ...(insertedAt === undefined ? {} : { time: insertedAt }),
  };
}

function toData(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value) && !isDeeperThan(value, MAX_DEPTH)) return value;
  } catch {
    // A plain text.
  }
  return { body: text };
}
