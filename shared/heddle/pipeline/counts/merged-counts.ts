import { ConflictError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  WriteOptions,
} from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';

/**
 * Counts of one thing since the last write. They are changed in place, since everything passes
 * here.
 */
export interface Tally<T extends Document> {
  /** @param now Unix milliseconds */
  toDocument(id: string, now: number): T;
}

export interface Counting<T extends Document, C extends Tally<T>> {
  readonly collection: Collection<T>;
  readonly createTally: () => C;
  readonly merge: (a: T, b: T) => T;
  /** Maximum time that counts wait for their write. A crash loses what waits. */
  readonly flushMs: number;
  readonly options?: WriteOptions;
}

export interface CountingTools {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PAGE = 1000;

/**
 * Counts that all instances share. They are gathered here, and every few seconds added to one
 * document for each thing that is counted, so that counting costs no write.
 */
export class MergedCounts<T extends Document, C extends Tally<T>> {
  readonly #tools: CountingTools;
  readonly #counting: Counting<T, C>;
  readonly #tallies = new Map<string, C>();
  /** Counts whose write has failed. */
  readonly #unwritten = new Map<string, T>();
  #cancelFlush: (() => void) | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(tools: CountingTools, counting: Counting<T, C>) {
    this.#tools = tools;
    this.#counting = counting;
  }

  /** The tally to count in. */
  of(id: string): C {
    const known = this.#tallies.get(id);
    if (known) return known;
    const tally = this.#counting.createTally();
    this.#tallies.set(id, tally);
    this.#flushLater();
    return tally;
  }

  /** Reads what all instances have written and what waits here. Undefined: nothing was counted. */
  async read(id: string): Promise<T | undefined> {
    // Counts that are being written are in neither place.
    await this.#flushing;
    const stored = await this.#tools.store.read(this.#counting.collection, id);
    return this.#add(stored?.document, this.#toWaiting(id));
  }

  /** As {@link read}, for everything that was counted. */
  async readAll(): Promise<ReadonlyMap<string, T>> {
    await this.#flushing;
    const all = new Map<string, T>();
    let continuation: string | undefined;
    do {
      const more = continuation === undefined ? {} : { continuation };
      const query = { limit: PAGE, ...more };
      const page = await this.#tools.store.list(this.#counting.collection, query);
      for (const document of page.items) all.set(document.id, document);
      continuation = page.continuation;
    } while (continuation !== undefined);
    for (const waiting of this.#listWaiting()) {
      all.set(waiting.id, this.#add(all.get(waiting.id), waiting) ?? waiting);
    }
    return all;
  }

  /** Resolves when what was counted is written, as far as it can be. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeWaiting());
    return this.#flushing;
  }

  async #writeWaiting(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const waiting = this.#listWaiting();
    this.#tallies.clear();
    this.#unwritten.clear();
    await Promise.all(waiting.map((document) => this.#write(document)));
  }

  #listWaiting(): readonly T[] {
    const ids = new Set([...this.#tallies.keys(), ...this.#unwritten.keys()]);
    return [...ids].flatMap((id) => this.#toWaiting(id) ?? []);
  }

  #toWaiting(id: string): T | undefined {
    const counted = this.#tallies.get(id)?.toDocument(id, this.#tools.clock.now());
    return this.#add(this.#unwritten.get(id), counted);
  }

  #add(a: T | undefined, b: T | undefined): T | undefined {
    return a && b ? this.#counting.merge(a, b) : (a ?? b);
  }

  #flushLater(): void {
    const { flushMs } = this.#counting;
    this.#cancelFlush ??= this.#tools.clock.after(flushMs, () => void this.flush());
  }

  async #write(counted: T): Promise<void> {
    const { store, logger } = this.#tools;
    const { collection, merge, options } = this.#counting;
    try {
      const stored = await store.read(collection, counted.id);
      if (stored) {
        await store.replace(collection, merge(stored.document, counted), stored.etag, options);
      } else await store.create(collection, counted, options);
    } catch (error) {
      // Another instance was first, or the store is away: the next write adds these too.
      this.#unwritten.set(counted.id, counted);
      this.#flushLater();
      if (!(error instanceof ConflictError)) {
        logger.warn(`Counts of ${counted.id} are not written yet: ${String(error)}`);
      }
    }
  }
}
