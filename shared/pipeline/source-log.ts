import { SOURCES } from '../collections.ts';
import { createStats, mergeStats, type SourceStats } from '../domain/source-stats.ts';
import { ConflictError } from '../errors.ts';
import { type Engine, toTimestamp } from './engine.ts';
import type { Ingested } from './ingest.ts';

/** Counts wait no longer than this for their write; a crash loses what waits. */
const FLUSH_MS = 5000;

/**
 * Counts what sources take in and refuse, by code and never by content. Counts are gathered here
 * and added to one document a source every few seconds, so that a request costs no write.
 */
export class SourceLog {
  readonly #engine: Pick<Engine, 'store' | 'clock' | 'logger'>;
  readonly #pending = new Map<string, SourceStats>();
  #cancelFlush: (() => void) | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(engine: Pick<Engine, 'store' | 'clock' | 'logger'>) {
    this.#engine = engine;
  }

  noteIngested(source: string, { accepted, duplicates, verification }: Ingested): void {
    const now = toTimestamp(this.#engine.clock);
    const setting = verification?.secret;
    this.#add({
      ...createStats(source, now),
      ...{ accepted, duplicates },
      ...(accepted > 0 ? { lastAccepted: now } : {}),
      secrets: setting === undefined ? {} : { [setting]: { hits: 1, lastUsed: now } },
    });
  }

  /** An event that was counted as accepted and then found to be known. */
  noteDuplicate(source: string): void {
    const stats = createStats(source, toTimestamp(this.#engine.clock));
    this.#add({ ...stats, accepted: -1, duplicates: 1 });
  }

  noteRejected(source: string, code: string): void {
    const at = toTimestamp(this.#engine.clock);
    const stats = createStats(source, at);
    this.#add({ ...stats, rejected: { [code]: 1 }, lastRejected: { at, code } });
  }

  /** What all instances have written, and what waits here. */
  async read(source: string): Promise<SourceStats> {
    // What is being written is neither waiting nor to be read.
    await this.#flushing;
    const stored = await this.#engine.store.read(SOURCES, source);
    const written = stored?.document ?? createStats(source, '');
    const pending = this.#pending.get(source);
    return pending ? mergeStats(written, pending) : written;
  }

  /** Resolves when what was counted is written, as far as it can be. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeWaiting());
    return this.#flushing;
  }

  async #writeWaiting(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    await Promise.all(waiting.map((stats) => this.#write(stats)));
  }

  #add(stats: SourceStats): void {
    const earlier = this.#pending.get(stats.id);
    this.#pending.set(stats.id, earlier ? mergeStats(earlier, stats) : stats);
    this.#cancelFlush ??= this.#engine.clock.after(FLUSH_MS, () => void this.flush());
  }

  async #write(stats: SourceStats): Promise<void> {
    const { store, logger } = this.#engine;
    try {
      const stored = await store.read(SOURCES, stats.id);
      if (stored) await store.replace(SOURCES, mergeStats(stored.document, stats), stored.etag);
      else await store.create(SOURCES, stats);
    } catch (error) {
      // Another instance was first, or the store is away: count on, and write with the next.
      this.#add(stats);
      if (!(error instanceof ConflictError)) {
        logger.warn(`Counts of ${stats.id} are not written yet: ${String(error)}`);
      }
    }
  }
}
