import type { Sent } from '../../ports/event-queue.ts';
import type { SourceEvent } from '../../sources/source.ts';
import type { Engine } from '../engine/index.ts';
import { toEventMessages } from './event-messages.ts';
import { createOrder } from './ordering-keys.ts';

/**
 * Takes an event in that comes from within: it goes the way of every other from the queue on. Sent
 * again with the same id it is the same event.
 * @throws {RetryableError} the queue does not accept
 */
export async function enqueueEvent(
  engine: Engine,
  source: string,
  event: SourceEvent,
): Promise<Sent> {
  const [sent = 'accepted'] = await enqueueEvents(engine, source, [event]);
  return sent;
}

/** The same of several: all or none of them are taken. */
export async function enqueueEvents(
  engine: Engine,
  source: string,
  events: readonly SourceEvent[],
): Promise<readonly Sent[]> {
  const { clock, queue, traceparent } = engine;
  const request = { receivedAt: clock.now(), traceparent };
  const order = createOrder(engine);
  const messages = await toEventMessages(source, { events }, request, { verified: true }, order);
  return queue.send(messages);
}
