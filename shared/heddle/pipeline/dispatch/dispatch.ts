import { type Message, parseMessage } from '../../domain/message.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { dispatchRun } from '../attempts/index.ts';
import { keepUnreadable } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';
import { dispatchPoll } from '../polls/index.ts';
import { dispatchReplay } from '../replays/index.ts';
import { dispatchEvent } from './dispatch-event.ts';

export interface Dispatched {
  /** False for a message whose event was recorded by another one. */
  readonly isNew: boolean;
}

const NEW: Dispatched = { isNew: true };

/**
 * A message's way through: record → match → run → record.
 *
 * 1. The message of an event is settled once each of its runs is recorded beyond this attempt:
 *    ended, or queued with a message of its own.
 * 2. Whatever is interrupted is found again by ids that are computed, so a redelivery goes on
 *    where the last one stopped and repeats at most the attempt in flight.
 * 3. Throws when something could not be recorded: the message must come again.
 */
export async function dispatch(delivery: Delivery, engine: Engine): Promise<Dispatched> {
  let message: Message;
  try {
    message = parseMessage(delivery.body);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    await keepUnreadable(engine, delivery, error.message);
    return NEW;
  }
  if (message.kind === 'event') return dispatchEvent(engine, message, delivery);
  if (message.kind === 'run') await dispatchRun(engine, message, delivery);
  else if (message.kind === 'poll') await dispatchPoll(engine, message, delivery);
  else await dispatchReplay(engine, message, delivery);
  return NEW;
}
