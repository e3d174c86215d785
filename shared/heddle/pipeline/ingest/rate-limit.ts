import { ConflictError, RejectedError } from '../../errors/errors.ts';
import { RATE_WINDOWS, type RateWindow } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';

export interface RateLimitOptions {
  /** Name under which the windows are kept: the source's. */
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

/** Minimum time between two exchanges of an instance with the others. */
const EXCHANGE_MS = 1000;
const MAX_EXCHANGE_ATTEMPTS = 10;

interface Window {
  readonly index: number;
  /** Admitted by all instances, as of the last exchange. */
  shared: number;
  /** Admitted here since. */
  pending: number;
  exchangedAt: number;
  exchanging: Promise<void> | undefined;
}

/**
 * Admits at most `max` requests in each window of fixed length, over all instances of the app.
 *
 * Instances exchange their counts through one document a window, at most once a second, and write
 * nothing for a single request. One instance is exact, after a restart too. Several together may
 * admit too many: those that the others have admitted within that second.
 */
export class RateLimit {
  readonly #engine: Pick<Engine, 'store' | 'clock' | 'logger'>;
  readonly #options: RateLimitOptions;
  #window: Window | undefined;

  constructor(engine: Pick<Engine, 'store' | 'clock' | 'logger'>, options: RateLimitOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** @throws {RejectedError} 429 with the seconds until the window ends */
  async admit(): Promise<void> {
    const { max, windowMs } = this.#options;
    const now = this.#engine.clock.now();
    const window = this.#openWindow(Math.floor(now / windowMs));
    // The document has what was admitted before a restart, or by others: it is read first.
    if (window.exchangedAt === 0) await this.#exchangeOnce(window);
    if (window.shared + window.pending >= max) {
      const retryAfter = ((window.index + 1) * windowMs - now) / 1000;
      const message = 'Too many requests: send it again later.';
      throw new RejectedError('rate_limited', message, { retryAfter });
    }
    window.pending++;
    if (now - window.exchangedAt >= EXCHANGE_MS) void this.#exchangeOnce(window);
  }

  #openWindow(index: number): Window {
    if (this.#window?.index !== index) {
      this.#window = { index, shared: 0, pending: 0, exchangedAt: 0, exchanging: undefined };
    }
    return this.#window;
  }

  #exchangeOnce(window: Window): Promise<void> {
    window.exchanging ??= this.#exchange(window);
    return window.exchanging;
  }

  /** Never rejects: a store that does not answer leaves each instance to its own count. */
  async #exchange(window: Window): Promise<void> {
    try {
      const added = window.pending;
      window.shared = await this.#addWithRetries(window.index, added);
      window.pending -= added;
    } catch (error) {
      this.#engine.logger.warn(
        `A rate limit counts the requests of this instance only, for now: ${String(error)}`,
      );
    }
    window.exchangedAt = this.#engine.clock.now();
    window.exchanging = undefined;
  }

  /** Reads again after a conflict: several instances exchange at the same time. */
  async #addWithRetries(index: number, added: number): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#add(index, added);
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === MAX_EXCHANGE_ATTEMPTS) throw error;
      }
    }
  }

  async #add(index: number, added: number): Promise<number> {
    const { store, clock } = this.#engine;
    const { name, windowMs } = this.#options;
    const id = `${name}:${windowMs}:${index}`;
    const stored = await store.read(RATE_WINDOWS, id);
    const admitted = (stored?.document.admitted ?? 0) + added;
    if (added > 0) {
      await this.#write({ id, updatedAt: toTimestamp(clock), admitted }, stored);
    }
    return admitted;
  }

  async #write(document: RateWindow, stored: Stored<RateWindow> | undefined): Promise<void> {
    const ttlSeconds = Math.ceil((2 * this.#options.windowMs) / 1000);
    const { store } = this.#engine;
    if (stored) await store.replace(RATE_WINDOWS, document, stored.etag, { ttlSeconds });
    else await store.create(RATE_WINDOWS, document, { ttlSeconds });
  }
}
