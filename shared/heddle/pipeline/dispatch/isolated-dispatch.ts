import type { Delivery } from '../../ports/event-queue.ts';
import { keepUnreadable } from '../completion/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Isolation } from '../isolation/index.ts';
import { dispatch } from './dispatch.ts';
import { giveUpKiller, giveUpMessage } from './give-up-message.ts';

/** Handles one delivery of a message, so that a message that kills the process fails alone. */
export function dispatchIsolated(
  isolation: Isolation,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  return isolation.handle(engine, delivery, {
    work: async (again) => void (await dispatch(again, engine)),
    exhaust: (again, reason) => giveUpMessage(again, reason, engine),
    giveUp: (again, reason) => giveUpKiller(again, reason, engine),
    bury: (again, reason) => keepUnreadable(engine, again, reason),
  });
}
