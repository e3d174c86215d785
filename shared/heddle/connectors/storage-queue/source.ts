import { parseExactJson } from '../../domain/exact-json.ts';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../domain/json.ts';
import { MAX_DEPTH } from '../../sources/body.ts';
import type { SourceEvent } from '../../sources/source.ts';
import type { QueueDelivery } from '../connector.ts';

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
 * Converts a message. A JSON object is the event's data; any other text is its `body`.
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

export function toQueueMessage({ queue, body, metadata }: QueueDelivery): QueueMessage {
  const { id, dequeueCount, insertionTime } = metadata;
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

function toData(text: string): JsonObject {
  try {
    const value: unknown = parseExactJson(text);
    if (isJsonObject(value) && !isDeeperThan(value, MAX_DEPTH)) return value;
  } catch {
    // A plain text.
  }
  return { body: text };
}
