import { SERVER_BUSY } from './amqp/conditions.ts';
import type { AmqpErrorFields } from './amqp/rhea.ts';

export interface Refusal {
  /** So many times; until {@link Faults.stop} when absent. */
  readonly times?: number;
  /** `com.microsoft:server-busy` when absent, which clients try again. */
  readonly condition?: string;
}

/** What tests let go wrong. */
export interface Faults {
  /** Takes no messages, whether sent or scheduled. */
  refuseSends(refusal?: Refusal): void;
  /** Answers completions, abandons and dead-lettering with an error, and does not do them. */
  refuseSettlements(refusal?: Refusal): void;
  /** Stores what so many sends bring and cuts the connection instead of answering. */
  loseAcknowledgements(times: number): void;
  /** Answers sends, settlements and management requests so much later. */
  delay(milliseconds: number): void;
  /** Cuts all connections as a crash of the network would. */
  dropConnections(): void;
  /** All message and session locks of the queue expire now. */
  loseLocks(queue: string): void;
  /** Back to normal. */
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

/** What is to go wrong next. */
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

  /** Runs it now, or as late as answers are delayed. */
  later(answer: () => void): void {
    if (this.delayMs === 0) answer();
    else setTimeout(answer, this.delayMs);
  }
}
