import type { Clock } from '../../ports/clock.ts';

/** A delivery that wants to be handled alone. */
export interface LoneTurn {
  /** Of several, the lowest is first. */
  readonly rank: number;
  /** How long it may keep others waiting. */
  readonly windowMs: number;
  /** Records that it is no longer alone. Until that resolves nobody else is let in. */
  readonly share: () => Promise<void>;
  readonly begin: (leave: () => void) => void;
}

/** The delivery that is handled alone, until it ends or is shared. */
export class LoneDelivery {
  readonly #turn: LoneTurn;
  readonly #cancel: () => void;
  readonly #onShared: () => void;
  #sharing: Promise<void> | undefined;
  #state: 'alone' | 'shared' | 'over' = 'alone';

  constructor(clock: Pick<Clock, 'after'>, turn: LoneTurn, onShared: () => void) {
    this.#turn = turn;
    this.#onShared = onShared;
    this.#cancel = clock.after(turn.windowMs, () => void this.share());
  }

  /** Resolves once others may be let in. */
  share(): Promise<void> {
    this.#sharing ??= this.#share();
    return this.#sharing;
  }

  /** @returns whether it was shared, and counts among the others */
  leave(): boolean {
    const isShared = this.#state === 'shared';
    this.#state = 'over';
    this.#cancel();
    return isShared;
  }

  async #share(): Promise<void> {
    this.#cancel();
    await this.#turn.share();
    if (this.#state === 'over') return;
    this.#state = 'shared';
    this.#onShared();
  }
}
