import type { Clock } from '../../ports/clock.ts';
import { LoneDelivery, type LoneTurn } from './lone-delivery.ts';

/** How long a delivery that wants to be alone first lets others go ahead: they may be innocent. */
const YIELD_MS = 1000;
/** How long others are held back at first for those in flight to end. It doubles each time. */
const DRAIN_MS = 10_000;
/** How much later than the one before it a delivery of a dead process begins, if that still runs. */
const STAGGER_MS = 500;

/** Ends a delivery's stay. Calling it again does nothing. */
export type Leave = () => void;

/**
 * Decides which deliveries of this process are handled at the same time.
 *
 * 1. While a delivery is alone no other is handled, but for urgent ones, and these first make it
 *    shared, durably. So a crash that is counted against a lone delivery is its own.
 * 2. Nobody is held back for ever: a lone delivery is shared after its window, and those in flight
 *    that do not end in time let the others pass before the next try, which waits twice as long.
 * 3. Of several that want to be alone, the one with the lowest rank is next.
 */
export class DeliveryGate {
  readonly #clock: Pick<Clock, 'after'>;
  /** Deliveries that are handled now, apart from one that is alone. */
  #present = 0;
  /** Resolves when deliveries may enter again; undefined: they may. */
  #door: PromiseWithResolvers<void> | undefined;
  #lone: LoneDelivery | undefined;
  #isCalling = false;
  #onEmpty: (() => void) | undefined;
  readonly #turns: LoneTurn[] = [];
  #stagger: Promise<void> = Promise.resolve();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** Resolves when the delivery may be handled, among others. */
  async enter({ isUrgent = false } = {}): Promise<Leave> {
    while (this.#door && !(isUrgent && !this.#lone)) {
      await (isUrgent ? this.#lone?.share() : this.#door.promise);
    }
    this.#present += 1;
    return once(() => this.#leave());
  }

  /** As {@link enter}, one after the other: the next when the last has ended or runs for a while. */
  async enterStaggered(options: { readonly isUrgent?: boolean } = {}): Promise<Leave> {
    const before = this.#stagger;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stagger = promise;
    await before;
    const leave = await this.enter(options);
    const cancel = this.#clock.after(STAGGER_MS, resolve);
    return () => {
      cancel();
      resolve();
      leave();
    };
  }

  /** Resolves when nothing else is handled, and holds others back until it leaves or is shared. */
  enterAlone(turn: Omit<LoneTurn, 'begin'>): Promise<Leave> {
    const { promise, resolve } = Promise.withResolvers<Leave>();
    this.#turns.push({ ...turn, begin: resolve });
    void this.#callNext();
    return promise;
  }

  async #callNext(): Promise<void> {
    if (this.#isCalling || this.#turns.length === 0) return;
    this.#isCalling = true;
    await this.#pass(YIELD_MS);
    // An urgent delivery may have entered meanwhile.
    do await this.#drain();
    while (this.#present > 0);
    const turn = this.#takeTurn();
    const lone = new LoneDelivery(this.#clock, turn, () => {
      this.#present += 1;
      this.#end();
    });
    this.#lone = lone;
    turn.begin(
      once(() => {
        if (lone.leave()) this.#leave();
        else this.#end();
      }),
    );
  }

  #takeTurn(): LoneTurn {
    const next = this.#turns.reduce((a, b) => (b.rank < a.rank ? b : a));
    this.#turns.splice(this.#turns.indexOf(next), 1);
    return next;
  }

  /** Lets the others in, and calls who wants to be alone next. */
  #end(): void {
    this.#lone = undefined;
    this.#open();
    this.#isCalling = false;
    void this.#callNext();
  }

  async #drain(): Promise<void> {
    for (let budget = DRAIN_MS; ; budget *= 2) {
      this.#door ??= Promise.withResolvers();
      if (await this.#isEmptyWithin(budget)) return;
      this.#open();
      await this.#pass(budget);
    }
  }

  async #isEmptyWithin(ms: number): Promise<boolean> {
    let isLate = false;
    while (this.#present > 0 && !isLate) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(ms, () => {
          isLate = true;
          resolve();
        });
        this.#onEmpty = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#onEmpty = undefined;
    return this.#present === 0;
  }

  #open(): void {
    this.#door?.resolve();
    this.#door = undefined;
  }

  #leave(): void {
    this.#present -= 1;
    if (this.#present === 0) this.#onEmpty?.();
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(ms, resolve);
    });
  }
}

function once(leave: Leave): Leave {
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    leave();
  };
}
