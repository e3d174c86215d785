import { SOURCES } from '../collections.ts';
import { createStats, mergeStats, type SourceStats } from '../domain/source-stats.ts';
import { ConflictError } from '../errors.ts';
import type { Engine } from './engine.ts';
import type { Ingested } from './ingest.ts';
import { Tally } from './tally.ts';

/** Counts wait no longer than this for their write; a crash loses what waits. */
const FLUSH_MS = 5000;

/**
 * Counts what sources take in and refuse, by code and never by content. Counts are gathered here
 * and added to one document a source every few seconds, so that a request costs no write.
 */
export class SourceLog {
  readonly #engine: Pick<Engine, 'store' | 'clock' | 'logger'>;
  readonly #tallies = new Map<string, Tally>();
  /** What could not be written yet. */
  readonly #unwritten = new Map<string, SourceStats>();
  #cancelFlush: (() => void) | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(engine: Pick<Engine, 'store' | 'clock' | 'logger'>) {
    this.#engine = engine;
  }

  noteIngested(source: string, { accepted, duplicates, verification }: Ingested): void {
    const at = this.#engine.clock.now();
    this.#tallyOf(source).addIngested(at, accepted, duplicates, verification?.secret);
  }

  /** An event that was counted as accepted and then found to be known. */
  noteDuplicate(source: string): void {
    this.#tallyOf(source).addIngested(this.#engine.clock.now(), -1, 1, undefined);
  }

  noteRejected(source: string, code: string): void {
    this.#tallyOf(source).addRejected(this.#engine.clock.now(), code);
  }

  /** What all instances have written, and what waits here. */
  async read(source: string): Promise<SourceStats> {
    // What is being written is neither waiting nor to be read.
    await this.#flushing;
    const stored = await this.#engine.store.read(SOURCES, source);
    const written = stored?.document ?? createStats(source, '');
    const waiting = this.#toWaiting(source);
    return waiting ? mergeStats(written, waiting) : written;
  }

  /** Resolves when what was counted is written, as far as it can be. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeWaiting());
    return this.#flushing;
  }

  async #writeWaiting(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const sources = new Set([...this.#tallies.keys(), ...this.#unwritten.keys()]);
    const waiting = [...sources].map((source) => this.#toWaiting(source));
    this.#tallies.clear();
    this.#unwritten.clear();
    await Promise.all(waiting.map((stats) => stats && this.#write(stats)));
  }

  #toWaiting(source: string): SourceStats | undefined {
    const counted = this.#tallies.get(source)?.toStats(source, this.#engine.clock.now());
    const unwritten = this.#unwritten.get(source);
    return counted && unwritten ? mergeStats(unwritten, counted) : (counted ?? unwritten);
  }

  #tallyOf(source: string): Tally {
    const known = this.#tallies.get(source);
    if (known) return known;
    const tally = new Tally();
    this.#tallies.set(source, tally);
    this.#flushLater();
    return tally;
  }

  #flushLater(): void {
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
      this.#unwritten.set(stats.id, stats);
      this.#flushLater();
      if (!(error instanceof ConflictError)) {
        logger.warn(`Counts of ${stats.id} are not written yet: ${String(error)}`);
      }
    }
  }
}
