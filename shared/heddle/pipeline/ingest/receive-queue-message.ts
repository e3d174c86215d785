import type { Sent } from '../../ports/event-queue.ts';
import {
  type QueueMessage,
  STORAGE_QUEUE_SOURCE,
  toQueueEvent,
} from '../../sources/storage-queue.ts';
import type { Engine, Enqueuing } from '../engine/index.ts';
import { createOrder, toEventMessages } from '../events/index.ts';
import { countIngested, traceQueueMessage } from '../telemetry/index.ts';

/**
 * Makes an event of a storage queue's message. The host deletes the message once this has resolved;
 * a message that comes twice is one event, by its id.
 * @throws {RetryableError} the event queue does not accept
 */
export async function receiveQueueMessage(
  engine: Enqueuing & Pick<Engine, 'telemetry'>,
  message: QueueMessage,
): Promise<void> {
  const sent = await traceQueueMessage(engine, STORAGE_QUEUE_SOURCE, ({ traceparent }) =>
    enqueue(engine, message, traceparent),
  );
  const duplicates = sent[0] === 'duplicate' ? 1 : 0;
  countIngested(engine, STORAGE_QUEUE_SOURCE, { accepted: 1 - duplicates, duplicates });
}

async function enqueue(
  engine: Enqueuing,
  message: QueueMessage,
  traceparent: string | undefined,
): Promise<readonly Sent[]> {
  const outcome = { events: [toQueueEvent(message)] };
  const request = { receivedAt: engine.clock.now(), traceparent };
  const order = createOrder(engine);
  const verification = { verified: true };
  const messages = await toEventMessages(
    STORAGE_QUEUE_SOURCE,
    outcome,
    request,
    verification,
    order,
  );
  return engine.queue.send(messages);
}
