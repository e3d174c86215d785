import type { Sent } from '../../ports/event-queue.ts';
import type { SourceEvent } from '../../sources/source.ts';
import type { Engine, Enqueuing } from '../engine/index.ts';
import { createOrder, toEventMessages } from '../events/index.ts';
import { countIngested, traceQueueMessage } from '../telemetry/index.ts';

/** A message of a queue, converted by its connector. */
export interface QueueEvent {
  readonly source: string;
  readonly event: SourceEvent;
}

/**
 * Makes an event of a queue's message. The host deletes the message once this has resolved; a
 * message that comes twice is one event, by its id. Only those who may write to the queue can have
 * sent it, so it counts as verified.
 * @throws {RetryableError} the event queue does not accept
 */
export async function receiveQueueMessage(
  engine: Enqueuing & Pick<Engine, 'telemetry'>,
  message: QueueEvent,
): Promise<void> {
  const { source } = message;
  const sent = await traceQueueMessage(engine, source, ({ traceparent }) =>
    enqueue(engine, message, traceparent),
  );
  const duplicates = sent[0] === 'duplicate' ? 1 : 0;
  countIngested(engine, source, { accepted: 1 - duplicates, duplicates });
}

async function enqueue(
  engine: Enqueuing,
  { source, event }: QueueEvent,
  traceparent: string | undefined,
): Promise<readonly Sent[]> {
  const outcome = { events: [event] };
  const request = { receivedAt: engine.clock.now(), traceparent };
  const order = createOrder(engine);
  const verification = { verified: true };
  const messages = await toEventMessages(source, outcome, request, verification, order);
  return engine.queue.send(messages);
}
