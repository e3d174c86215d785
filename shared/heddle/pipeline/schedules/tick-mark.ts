import type { TickMark } from '../../domain/ledger.ts';
import { TICKS } from '../../ports/collections.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';

const MARK_EVERY_MS = 60_000;

type Kept = Pick<Engine, 'store' | 'clock' | 'logger'>;

/**
 * Heartbeat of the scheduler: all instances share one mark, which the first of them renews once a
 * minute.
 */
export class TickMarker {
  readonly #engine: Kept;
  #markedAt = Number.NEGATIVE_INFINITY;

  constructor(engine: Kept) {
    this.#engine = engine;
  }

  /** Never rejects. */
  async mark(): Promise<void> {
    const { store, clock, logger } = this.#engine;
    if (clock.now() - this.#markedAt < MARK_EVERY_MS) return;
    const updatedAt = toTimestamp(clock);
    const since = toTimestamp(clock, -MARK_EVERY_MS);
    try {
      await updateDocument<TickMark, void>(store, TICKS, 'tick', (found) => {
        if (found && found.updatedAt > since) return { result: undefined };
        return { document: { id: 'tick', updatedAt }, result: undefined };
      });
      this.#markedAt = clock.now();
    } catch (error) {
      logger.warn(`The heartbeat of the scheduler is not written: ${String(error)}`);
    }
  }
}
