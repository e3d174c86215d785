import { SERVER_BUSY } from './amqp/conditions.ts';
import type { AmqpErrorFields } from './amqp/rhea.ts';

export interface Refusal {
  /** The number of times; absent: until {@link Faults.stop}. */
  readonly times?: number;
  /** Absent: `com.microsoft:server-busy`, which clients retry. */
  readonly condition?: string;
}

/** Faults that tests inject. */
export interface Faults {
  /** Refuses all messages, whether sent or scheduled. */
  refuseSends(refusal?: Refusal): void;
  /** Fails completions, abandons and dead-lettering without carrying them out. */
  refuseSettlements(refusal?: Refusal): void;
  /** Stores the messages of this many sends, and cuts the connection instead of answering. */
  loseAcknowledgements(times: number): void;
  /** Delays the responses to sends, settlements and management requests. */
  delay(milliseconds: number): void;
  /** Cuts all connections as a network failure would. */
  dropConnections(): void;
  /** Makes all message and session locks of the queue expire now. */
  loseLocks(queue: string): void;
  /** Ends all faults. */
  stop(): void;
}

class Countdown {
  #left = 0;
  #error = SERVER_BUSY;

  start({ times = Number.POSITIVE_INFINITY, condition }: Refusal): void {
    this.#left = times;
    this.#error = condition === undefined ? SERVER_BUSY : { ...SERVER_BUSY, condition };
  }

  /** The error to answer with, while there is one. */
  next(): AmqpErrorFields | undefined {
    if (this.#left <= 0) return undefined;
    this.#left -= 1;
    return this.#error;
  }
}

/** The faults to come. */
export class FaultPlan {
  readonly sends = new Countdown();
  readonly settlements = new Countdown();
  readonly acknowledgements = new Countdown();
  delayMs = 0;

  stop(): void {
    for (const countdown of [this.sends, this.settlements, this.acknowledgements]) {
      countdown.start({ times: 0 });
    }
    this.delayMs = 0;
  }

  /** Answers now, or after the configured delay. */
  later(answer: () => void): void {
    if (this.delayMs === 0) answer();
    else setTimeout(answer, this.delayMs);
  }
}
