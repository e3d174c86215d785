import type { Clock } from '../../ports/clock.ts';
import { toFaultText } from './fault-text.ts';

/** The outcome of the last try. */
export interface LastTry {
  /** Unix milliseconds. */
  readonly at: number;
  /** Absent: it succeeded. */
  readonly fault?: string;
}

/** Remembers how the last try of something ended, and since when it has failed. */
export class TryLog {
  readonly #clock: Pick<Clock, 'now'>;
  #last: LastTry | undefined;
  #failures = 0;
  #failingSince: number | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get last(): LastTry | undefined {
    return this.#last;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds since the first of these failures; 0 without one. */
  get failingMs(): number {
    return this.#failingSince === undefined ? 0 : this.#clock.now() - this.#failingSince;
  }

  /** Milliseconds since the last try; infinite without one. */
  get ageMs(): number {
    return this.#clock.now() - (this.#last?.at ?? Number.NEGATIVE_INFINITY);
  }

  succeeded(): void {
    this.#last = { at: this.#clock.now() };
    this.#failures = 0;
    this.#failingSince = undefined;
  }

  failed(error: unknown): void {
    const at = this.#clock.now();
    this.#last = { at, fault: toFaultText(error) };
    this.#failures += 1;
    this.#failingSince ??= at;
  }
}
