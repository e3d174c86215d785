import type { Clock } from '../../ports/clock.ts';
import type { MessageHandler, ReceivedMessage } from '../../ports/event-queue.ts';
import type { Lanes } from '../../ports/lanes.ts';
import type { LocalQueue } from './pump.ts';
import { COMMON_LANE, type SqliteQueue } from './sqlite-queue.ts';

/** Lanes that are looked at in one go. With more, they take turns. */
const MAX_LANES = 100;

export interface FairReceiverOptions {
  readonly queue: SqliteQueue;
  readonly lanes: Lanes;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Receives from the lanes that have their turn, each message with a seat, and then from the common
 * lane. A lane that has none stays in the queue, however long its messages have been due, and holds
 * up nobody.
 */
export class FairReceiver implements LocalQueue {
  readonly #queue: SqliteQueue;
  readonly #lanes: Lanes;
  readonly #clock: Pick<Clock, 'now'>;
  #cursor = COMMON_LANE;

  constructor({ queue, lanes, clock }: FairReceiverOptions) {
    this.#queue = queue;
    this.#lanes = lanes;
    this.#clock = clock;
  }

  /** Gives back the seats of messages that did not use theirs. */
  wrap(handler: MessageHandler): MessageHandler {
    return {
      handle: (delivery) => this.#freeing(delivery.sequence, handler.handle(delivery)),
      giveUp: (delivery, reason) =>
        this.#freeing(delivery.sequence, handler.giveUp(delivery, reason)),
    };
  }

  async receive(max: number): Promise<readonly ReceivedMessage[]> {
    const due = this.#listTurn().filter((lane) => this.#isDue(lane));
    const dealt = this.#lanes.deal(due, max);
    const common = max - [...dealt.values()].reduce((sum, count) => sum + count, 0);
    const limits = new Map(dealt);
    if (common > 0 && this.#isDue(COMMON_LANE)) limits.set(COMMON_LANE, common);
    const messages = limits.size > 0 ? this.#queue.receiveFrom(limits) : [];
    const counts = new Map<string, number>();
    for (const { lane, sequence } of messages) {
      if (lane === undefined) continue;
      this.#lanes.keepSeat(lane, sequence);
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
    }
    this.#lanes.noteDue(due.filter((lane) => (counts.get(lane) ?? 0) === (dealt.get(lane) ?? 0)));
    return messages;
  }

  /** Leaves out lanes that do not have their turn: they are received when a seat is given back. */
  nextDueAt(): number | undefined {
    const open = this.#listLanes().filter((lane) => this.#lanes.isOpen(lane));
    return this.#queue.nextDueAt([COMMON_LANE, ...open]);
  }

  complete(message: ReceivedMessage): Promise<boolean> {
    return this.#queue.complete(message);
  }

  abandon(message: ReceivedMessage): Promise<boolean> {
    return this.#queue.abandon(message);
  }

  renewLock(message: ReceivedMessage): Promise<boolean> {
    return this.#queue.renewLock(message);
  }

  async #freeing(sequence: number, handled: Promise<void>): Promise<void> {
    try {
      await handled;
    } finally {
      this.#lanes.dropSeat(sequence);
    }
  }

  #listLanes(): readonly string[] {
    return this.#queue.lanes(MAX_LANES, this.#cursor);
  }

  #listTurn(): readonly string[] {
    const lanes = this.#listLanes();
    const isLast = lanes.length < MAX_LANES;
    const [begin, end] = [this.#cursor, lanes.at(-1)];
    this.#cursor = isLast || end === undefined ? COMMON_LANE : end;
    return lanes.length === 0 && begin !== COMMON_LANE ? this.#listLanes() : lanes;
  }

  #isDue(lane: string): boolean {
    return (this.#queue.nextDueAt([lane]) ?? Number.POSITIVE_INFINITY) <= this.#clock.now();
  }
}
