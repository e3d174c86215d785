import { RetryableError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { type Engine, outsideOfWork, type Storing } from '../engine/index.ts';
import { DeliveryGate, type Leave } from './delivery-gate.ts';
import { OwnDeliveries } from './own-deliveries.ts';
import { type Blame, forgetMark, markDelivery, readBlame } from './suspect-mark.ts';

export type Isolating = Storing & Pick<Engine, 'logger'>;

/** What is done with a delivery. */
export interface Steps {
  work(delivery: Delivery): Promise<void>;
  /** Records the end of a message whose handling throws each time. */
  exhaust(delivery: Delivery, reason: string): Promise<void>;
  /** Records the end of a message that kills the process. */
  giveUp(delivery: Delivery, reason: string): Promise<void>;
  /** Keeps a message whose giving up kills the process too. It runs no code of the app. */
  bury(delivery: Delivery, reason: string): Promise<void>;
}

/**
 * How often the process may die while a message is handled alone. Two, since a queue may allow only ten
 * deliveries, and a process that is blocked may use up two of them: the broker hands it the message
 * once more when its lock expires.
 */
const MAX_LONE_CRASHES = 2;
/** How often a process handles a message in vain. */
const MAX_THROWN = 10;
/** From this delivery on one lone death is enough: a queue may have no more to give. */
const LAST_DELIVERY = 99;
/** How long a suspect may keep others waiting at first. It doubles with each crash. */
const WINDOW_MS = 30_000;
const MAX_WINDOW_MS = 3_600_000;
/** Deliveries after which a message that was only held back no longer waits: ten give it up. */
const URGENT_DELIVERY = 6;
const SHARE_AGAIN_MS = 1000;

/**
 * Handles deliveries so that a message that kills the process fails alone. Only later deliveries
 * cost anything: a message that is dealt with at its first one is not recorded here.
 *
 * 1. A message whose process has died is delivered again one after the other, and marked before it
 *    is handled.
 * 2. One that is found marked has killed its process, or was there when another did: it is handled
 *    alone. Only a death while it is alone is held against it, and the second gives it up.
 * 3. Handling that throws, or that loses its lock in a living process, is no death.
 */
export class Isolation {
  readonly #gate: DeliveryGate;
  readonly #own = new OwnDeliveries();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#gate = new DeliveryGate(clock);
  }

  /** Throws what `work` throws: the message must come again. */
  handle(engine: Isolating, delivery: Delivery, steps: Steps): Promise<void> {
    return outsideOfWork(() => this.#handle(engine, delivery, steps));
  }

  async #handle(engine: Isolating, delivery: Delivery, steps: Steps): Promise<void> {
    if (delivery.deliveryCount > 1 && !this.#own.hadBefore(delivery)) {
      return this.#handleAgain(engine, delivery, steps);
    }
    const leave = await this.#gate.enter(toUrgency(delivery));
    const times = this.#own.count(delivery);
    await this.#within(delivery, leave, () =>
      times < MAX_THROWN
        ? steps.work(delivery)
        : steps.exhaust(delivery, `delivered ${times} times without being dealt with`),
    );
  }

  async #handleAgain(engine: Isolating, delivery: Delivery, steps: Steps): Promise<void> {
    const blame = await readBlame(engine, delivery);
    if (blame.crashes > 0) return this.#handleAlone(engine, delivery, { blame, steps });
    const leave = await this.#gate.enterStaggered(toUrgency(delivery));
    await this.#within(delivery, leave, async () => {
      await markDelivery(engine, delivery, { ...blame, state: 'begun', isAlone: false });
      await endMarked(engine, delivery, { blame, steps });
    });
  }

  async #handleAlone(engine: Isolating, delivery: Delivery, { blame, steps }: Suspect) {
    const { id: messageId, sequence, deliveryCount } = delivery;
    const text = 'The process has died while a message was handled: it is handled alone this time';
    engine.logger.warn(text, { messageId, sequence, deliveryCount, ...blame });
    const windowMs = Math.min(WINDOW_MS * 2 ** (blame.crashes - 1), MAX_WINDOW_MS);
    const { promise: marked, resolve } = Promise.withResolvers<void>();
    const share = () => marked.then(() => shareWhenPossible(engine, delivery, blame));
    const leave = await this.#gate.enterAlone({ rank: blame.crashes, windowMs, share });
    await this.#within(delivery, leave, async () => {
      await markDelivery(engine, delivery, { ...blame, state: 'begun', isAlone: true });
      resolve();
      await endMarked(engine, delivery, { blame, steps });
    }).finally(resolve);
  }

  async #within(delivery: Delivery, leave: Leave, work: () => Promise<void>): Promise<void> {
    try {
      if (delivery.signal.aborted) {
        throw new RetryableError('attempt_lost', 'the lock was lost while the message waited');
      }
      this.#own.begin(delivery);
      await work();
      this.#own.end(delivery);
    } finally {
      leave();
    }
  }
}

function toUrgency({ deliveryCount }: Delivery) {
  return { isUrgent: deliveryCount >= URGENT_DELIVERY };
}

interface Suspect {
  readonly blame: Blame;
  readonly steps: Steps;
}

/** Handles a delivery that is marked as begun, and takes the mark away. */
async function endMarked(engine: Isolating, delivery: Delivery, suspect: Suspect): Promise<void> {
  try {
    await act(engine, { ...delivery, isSuspect: true }, suspect);
  } catch (error) {
    const thrown = { ...suspect.blame, state: 'thrown', isAlone: false } as const;
    await quietly(markDelivery(engine, delivery, thrown));
    throw error;
  }
  // A mark that stays expires.
  await quietly(forgetMark(engine, delivery));
}

async function act(
  { logger }: Isolating,
  delivery: Delivery,
  { blame: { loneCrashes }, steps }: Suspect,
): Promise<void> {
  const isLast = loneCrashes > 0 && delivery.deliveryCount >= LAST_DELIVERY;
  if (loneCrashes < MAX_LONE_CRASHES && !isLast) return steps.work(delivery);
  const times = loneCrashes === 1 ? 'once' : `${loneCrashes} times`;
  const reason = `the process died ${times} while nothing but this message was handled`;
  if (loneCrashes <= MAX_LONE_CRASHES) return steps.giveUp(delivery, reason);
  logger.error('The process dies when this message is given up: only its text is kept');
  return steps.bury(delivery, reason);
}

/** Records that a delivery is no longer alone, as soon as the store takes it. */
async function shareWhenPossible(
  engine: Isolating,
  delivery: Delivery,
  blame: Blame,
): Promise<void> {
  for (;;) {
    try {
      return await markDelivery(engine, delivery, { ...blame, state: 'begun', isAlone: false });
    } catch (error) {
      engine.logger.warn(`A suspect stays alone, as the store does not answer: ${String(error)}`);
    }
    await new Promise<void>((resolve) => {
      engine.clock.after(SHARE_AGAIN_MS, resolve);
    });
  }
}

async function quietly(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}
