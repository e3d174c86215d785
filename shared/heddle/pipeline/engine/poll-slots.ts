import type { Clock } from '../../ports/clock.ts';

/** How long a refused poll keeps its turn. It comes again sooner, or not at all. */
const TURN_MS = 5000;

/**
 * Limits the polls that a process makes at once: pollers that hang would otherwise take every
 * message that it handles, and nothing else would run.
 *
 * 1. The poll that was refused first goes first, so that the same few do not find a slot each time.
 * 2. A poll that does not come again loses its turn: another process has made it.
 */
export class PollSlots {
  readonly #max: number;
  readonly #clock: Pick<Clock, 'now'>;
  /** Time until which each trigger keeps its turn, in the order of their arrival. */
  readonly #waiting = new Map<string, number>();
  #taken = 0;

  constructor(max: number, clock: Pick<Clock, 'now'>) {
    this.#max = max;
    this.#clock = clock;
  }

  /** Acquires a slot. @returns releases it; undefined: none is free, and the trigger is in line */
  take(trigger: string): (() => void) | undefined {
    const now = this.#clock.now();
    this.#forget(now);
    const line = [...this.#waiting.keys()];
    const ahead = line.includes(trigger) ? line.indexOf(trigger) : line.length;
    if (this.#taken + ahead >= this.#max) {
      this.#waiting.set(trigger, now + TURN_MS);
      return undefined;
    }
    this.#waiting.delete(trigger);
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
    };
  }

  /** Forgets triggers that have not come again. None waits longer where the clock was put back. */
  #forget(now: number): void {
    for (const [name, until] of this.#waiting) {
      if (until < now || until > now + TURN_MS) this.#waiting.delete(name);
    }
  }
}
