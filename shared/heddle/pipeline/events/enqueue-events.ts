import type { Sent } from '../../ports/event-queue.ts';
import type { SourceEvent } from '../../sources/source.ts';
import type { Enqueuing } from '../engine/index.ts';
import { toEventMessages } from './event-messages.ts';
import { createOrder } from './ordering-keys.ts';

/**
 * Enqueues an event that comes from within. From the queue on it goes the way of every other. Sent
 * again under the same id, it is the same event.
 * @throws {RetryableError} the queue does not accept
 */
export async function enqueueEvent(
  engine: Enqueuing,
  source: string,
  event: SourceEvent,
): Promise<Sent> {
  const [sent = 'accepted'] = await enqueueEvents(engine, source, [event]);
  return sent;
}

/** As {@link enqueueEvent}, for several: the queue takes all or none. */
export async function enqueueEvents(
  engine: Enqueuing,
  source: string,
  events: readonly SourceEvent[],
): Promise<readonly Sent[]> {
  const { clock, queue, traceparent } = engine;
  const request = { receivedAt: clock.now(), traceparent };
  const order = createOrder(engine);
  const messages = await toEventMessages(source, { events }, request, { verified: true }, order);
  return queue.send(messages);
}
