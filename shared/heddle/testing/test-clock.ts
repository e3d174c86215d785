import type { Clock } from '../ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved. It starts no real timer. */
export class TestClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Unix milliseconds at which the first timer fires. */
  nextAt(): number | undefined {
    return this.#first()?.at;
  }

  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Fires the timers that are due, the earliest first. @returns whether there were any */
  fireDue(): boolean {
    let timer = this.#first();
    const isAny = timer !== undefined && timer.at <= this.#now;
    while (timer !== undefined && timer.at <= this.#now) {
      this.#timers.delete(timer);
      timer.callback();
      timer = this.#first();
    }
    return isAny;
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.at < first.at) first = timer;
    }
    return first;
  }
}
