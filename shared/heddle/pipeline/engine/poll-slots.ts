import type { Clock } from '../../ports/clock.ts';

/** Who was refused comes again sooner than this, or has lost its turn. */
const TURN_MS = 5000;

/**
 * So many polls at once in a process: pollers that hang would otherwise take every message that it
 * handles at once, and nothing else would run.
 *
 * 1. Who was refused first goes first, so that the same few do not find a place each time.
 * 2. Who does not come again loses its turn: another process has made its poll.
 */
export class PollSlots {
  readonly #max: number;
  readonly #clock: Pick<Clock, 'now'>;
  /** Until when each keeps its turn, in the order in which they came. */
  readonly #waiting = new Map<string, number>();
  #taken = 0;

  constructor(max: number, clock: Pick<Clock, 'now'>) {
    this.#max = max;
    this.#clock = clock;
  }

  /** @returns what gives the place back; undefined: there is none, and the trigger is in line */
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

  /** Who has not come again; nobody waits longer where the clock was put back. */
  #forget(now: number): void {
    for (const [name, until] of this.#waiting) {
      if (until < now || until > now + TURN_MS) this.#waiting.delete(name);
    }
  }
}
