import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { TerminalError } from '../../errors/errors.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

export interface BatchTarget {
  readonly connection: ServiceBusConnection;
  readonly entity: string;
}

/**
 * Sends as few batches as the broker's size limit allows, one after the other, so that messages of
 * one session stay in order.
 */
export async function sendInBatches(
  { connection, entity }: BatchTarget,
  messages: readonly ServiceBusMessage[],
): Promise<void> {
  for (let sent = 0; sent < messages.length; ) {
    sent += await connection.call((links, signal) =>
      sendBatch(links.sender(entity), messages.slice(sent), signal),
    );
  }
}

/** @returns how many messages fitted in, counted from the first */
async function sendBatch(
  sender: ServiceBusSender,
  messages: readonly ServiceBusMessage[],
  abortSignal: AbortSignal,
): Promise<number> {
  const batch = await sender.createMessageBatch({ abortSignal });
  for (const message of messages) if (!batch.tryAddMessage(message)) break;
  if (batch.count === 0) {
    const id = String(messages[0]?.messageId);
    throw new TerminalError(
      'message_too_large',
      `the message ${id} does not fit into the ${batch.maxSizeInBytes} bytes that ${sender.entityPath} takes: send less`,
    );
  }
  await sender.sendMessages(batch, { abortSignal });
  return batch.count;
}

/** A management request is one AMQP message and has its size limit. */
const SCHEDULED_BYTES = 200 * 1024;
const SCHEDULED_COUNT = 100;

/**
 * Splits items into requests by count and size, since the library has no batches for scheduling.
 */
export function* toScheduledChunks<T>(
  items: readonly T[],
  toSize: (item: T) => number,
): Generator<readonly T[]> {
  let chunk: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = toSize(item);
    if (chunk.length === SCHEDULED_COUNT || (chunk.length > 0 && bytes + size > SCHEDULED_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
