import type { Delivery } from '../../ports/event-queue.ts';
import { DIED, EXHAUSTED, type GivenUp, keepUnreadable } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';
import { findKind, readMessage } from './message-kinds.ts';

/**
 * Records a message that was delivered too often, before it is gone: its
 * event, a failure of every run that only this message would have carried on, and a dead letter.
 */
export function giveUpMessage(delivery: Delivery, reason: string, engine: Engine): Promise<void> {
  return giveUp(engine, { delivery, reason, error: EXHAUSTED });
}

/** As {@link giveUpMessage}, for a message of which the process dies. */
export function giveUpKiller(delivery: Delivery, reason: string, engine: Engine): Promise<void> {
  return giveUp(engine, { delivery, reason, error: DIED });
}

async function giveUp(engine: Engine, givenUp: GivenUp): Promise<void> {
  const { delivery, reason } = givenUp;
  const { message } = readMessage(delivery.body);
  if (!message) return keepUnreadable(engine, delivery, reason);
  await findKind(message).giveUp(engine, message, givenUp);
}
