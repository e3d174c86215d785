import type { Delivery } from '../../ports/event-queue.ts';
import { keepUnreadable } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';
import { type Dispatched, findKind, readMessage } from './message-kinds.ts';

const NEW: Dispatched = { isNew: true };

/**
 * Handles one delivery of a message. An event goes record → match → run → record.
 *
 * 1. The message of an event is settled once each of its runs is recorded beyond this attempt:
 *    ended, or queued with a message of its own.
 * 2. Whatever is interrupted is found again by ids that are computed, so a redelivery goes on
 *    where the last one stopped and repeats at most the attempt in flight.
 * 3. Throws when something could not be recorded: the message must come again.
 */
export async function dispatch(delivery: Delivery, engine: Engine): Promise<Dispatched> {
  const { message, fault } = readMessage(delivery.body);
  if (!message) {
    await keepUnreadable(engine, delivery, fault);
    return NEW;
  }
  const handled = await findKind(message).handle(engine, message, delivery);
  return typeof handled === 'object' ? handled : NEW;
}
