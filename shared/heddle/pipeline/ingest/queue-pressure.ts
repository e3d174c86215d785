import { RetryableError } from '../../errors/errors.ts';
import type { QueueLag } from '../../ports/event-queue.ts';
import type { Engine } from '../engine/index.ts';

export interface PressureLimits {
  /** Messages in the queue; undefined: any number. */
  readonly maxDepth: number | undefined;
  /** Milliseconds for which a message may have been due; undefined: any time. */
  readonly maxAgeMs: number | undefined;
}

/** How often the queue is measured while requests come. In between the last measure counts. */
const MEASURE_MS = 1000;
const RETRY_AFTER_SECONDS = 30;

type Measuring = Pick<Engine, 'queue' | 'clock' | 'logger'>;

/** Refuses new events while the queue is further behind than the settings allow. */
export class QueuePressure {
  readonly #engine: Measuring;
  readonly #limits: PressureLimits;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #measuring: Promise<void> | undefined;
  #excess: string | undefined;

  constructor(engine: Measuring, limits: PressureLimits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** @throws {RetryableError} the caller should come again later */
  async assertRoom(): Promise<void> {
    const { maxDepth, maxAgeMs } = this.#limits;
    if (maxDepth === undefined && maxAgeMs === undefined) return;
    const age = this.#engine.clock.now() - this.#measuredAt;
    // A clock that was put back measures too.
    if (age >= MEASURE_MS || age < 0) this.#measuring ??= this.#measure();
    if (this.#measuredAt === Number.NEGATIVE_INFINITY) await this.#measuring;
    if (this.#excess === undefined) return;
    throw new RetryableError('queue_behind', this.#excess, { retryAfter: RETRY_AFTER_SECONDS });
  }

  /** A queue that does not answer refuses by itself. */
  async #measure(): Promise<void> {
    const { queue, clock, logger } = this.#engine;
    try {
      const maxDepth = (this.#limits.maxDepth ?? 0) + 1;
      const backlog = await queue.measureLag({ maxDepth });
      this.#excess = this.#findExcess(backlog);
    } catch (error) {
      logger.warn(`The queue cannot be measured: ${String(error)}`);
    }
    this.#measuredAt = clock.now();
    this.#measuring = undefined;
  }

  #findExcess({ depth, ageMs }: QueueLag): string | undefined {
    const { maxDepth = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY } =
      this.#limits;
    if (depth > maxDepth) {
      return `more than ${maxDepth} messages are in the queue, as HEDDLE_MAX_QUEUE_DEPTH allows: send it again later`;
    }
    if (ageMs <= maxAgeMs) return undefined;
    const [age, limit] = [ageMs, maxAgeMs].map((ms) => Math.round(ms / 1000));
    return `a message has been due for ${age} s, and HEDDLE_MAX_QUEUE_AGE allows ${limit} s: send it again later`;
  }
}
