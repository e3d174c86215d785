import { ConflictError, RejectedError, TerminalError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReceiveObserver } from '../../ports/health.ts';
import { TryLog } from './try-log.ts';

/** What the app itself has seen of its queue, its store and its messages. Asks nobody. */
export class Vitals implements ReceiveObserver {
  readonly queueWrites: TryLog;
  readonly storeWrites: TryLog;
  readonly storeReads: TryLog;
  readonly receives: TryLog;
  readonly handling: TryLog;
  /** When the last message came. */
  lastMessageAt: number | undefined;
  /** Messages that are handled now. */
  inFlight = 0;
  readonly openedAt: number;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.openedAt = clock.now();
    this.queueWrites = new TryLog(clock);
    this.storeWrites = new TryLog(clock);
    this.storeReads = new TryLog(clock);
    this.receives = new TryLog(clock);
    this.handling = new TryLog(clock);
  }

  received(count: number): void {
    this.receives.succeeded();
    if (count > 0) this.lastMessageAt = this.#clock.now();
  }

  failed(error: unknown): void {
    this.receives.failed(error);
  }

  /** Milliseconds since the queue was last read, or since the start. */
  get silentMs(): number {
    return Math.min(this.receives.ageMs, this.#clock.now() - this.openedAt);
  }

  /** Handles a message, and remembers how that ended. */
  async handle<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight += 1;
    try {
      return await watch(this.handling, work);
    } finally {
      this.inFlight -= 1;
    }
  }
}

/** Does the work, and remembers how it ended. A refusal by rule is an answer. */
export async function watch<T>(log: TryLog, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    log.succeeded();
    return result;
  } catch (error) {
    if (isAnswer(error)) log.succeeded();
    else log.failed(error);
    throw error;
  }
}

function isAnswer(error: unknown): boolean {
  return (
    error instanceof ConflictError ||
    error instanceof RejectedError ||
    error instanceof TerminalError
  );
}
