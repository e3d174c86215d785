import { randomUUID } from 'node:crypto';
import rhea, { type Message } from 'rhea';
import type { Draft, Lock, QueueMessage } from '../message.ts';
import { encode } from './rhea.ts';

const SCHEDULED_STATE = 2;
const SCHEDULED_TIME = 'x-opt-scheduled-enqueue-time';

/**
 * Converts a sent message. The broker gives one without an id its own, which clients use to renew
 * locks.
 */
export function toDraft(sent: Message): Draft<Message> {
  const message = { ...sent, message_id: sent.message_id ?? randomUUID().replaceAll('-', '') };
  return {
    id: String(message.message_id),
    sessionId: message.group_id,
    content: message,
    scheduledFor: toMilliseconds(message.message_annotations?.[SCHEDULED_TIME]),
    ttlMs: message.ttl,
  };
}

function toMilliseconds(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'number' ? value : undefined;
}

/** Encodes a message as delivered under a lock. */
export function encodeLocked({ message, until }: Lock<Message>): Buffer {
  return encodeWith(message, { 'x-opt-locked-until': new Date(until) });
}

/** Encodes a message as peeked: without a lock, and marked when it is scheduled. */
export function encodePeeked(message: QueueMessage<Message>): Buffer {
  const scheduled = message.scheduledFor !== undefined;
  return encodeWith(message, scheduled ? { 'x-opt-message-state': SCHEDULED_STATE } : {});
}

function encodeWith(stored: QueueMessage<Message>, annotations: Record<string, unknown>): Buffer {
  const { content } = stored;
  return encode({
    ...content,
    delivery_count: stored.deliveryCount,
    application_properties: { ...content.application_properties, ...stored.properties },
    message_annotations: {
      ...content.message_annotations,
      'x-opt-sequence-number': rhea.types.wrap_long(stored.sequence),
      'x-opt-enqueued-time': new Date(stored.enqueuedAt),
      ...annotations,
    },
  });
}
