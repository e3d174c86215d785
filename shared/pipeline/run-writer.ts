import type { StateAccess } from '../actors/actor.ts';
import { RUNS } from '../collections.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Run, type RunOf, withState } from '../domain/run.ts';
import { ConflictError } from '../errors.ts';
import type { Stored } from '../ports.ts';
import type { Engine } from './engine.ts';

/** State that an actor has changed waits no longer than this for its write. */
const CHECKPOINT_MS = 1000;

/**
 * The writes of one attempt, one after the other, each on the etag of the one before: if another
 * delivery has taken the run over, the next write conflicts and nothing of this attempt is kept.
 */
export class RunWriter implements StateAccess {
  readonly #engine: Pick<Engine, 'store' | 'clock'>;
  #stored: Stored<RunOf<'running'>>;
  #state: JsonObject;
  #lastWrite: Promise<void> = Promise.resolve();
  #cancelCheckpoint: (() => void) | undefined;
  #isSealed = false;

  constructor(engine: Pick<Engine, 'store' | 'clock'>, stored: Stored<RunOf<'running'>>) {
    this.#engine = engine;
    this.#stored = stored;
    this.#state = stored.document.state;
  }

  get(): JsonObject {
    return this.#state;
  }

  /** An attempt that has ended, by its timeout say, changes nothing more. */
  patch(patch: JsonObject): void {
    if (this.#isSealed) return;
    this.#state = { ...this.#state, ...(JSON.parse(JSON.stringify(patch)) as JsonObject) };
    this.#cancelCheckpoint ??= this.#engine.clock.after(CHECKPOINT_MS, () => {
      // A failed checkpoint is made good by the next write, the attempt's end at the latest.
      this.save().catch(() => undefined);
    });
  }

  save(): Promise<void> {
    this.#clearCheckpoint();
    const write = this.#lastWrite.catch(() => undefined).then(() => this.#write());
    this.#lastWrite = write;
    return write;
  }

  /** @returns false when the run has been taken over: what was done here does not count */
  async end(toEnd: (run: RunOf<'running'>) => Run): Promise<boolean> {
    this.#isSealed = true;
    this.#clearCheckpoint();
    await this.#lastWrite.catch(() => undefined);
    const { document, etag } = this.#stored;
    try {
      await this.#engine.store.replace(RUNS, toEnd(withState(document, this.#state)), etag);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  async #write(): Promise<void> {
    const { document, etag } = this.#stored;
    if (this.#isSealed || document.state === this.#state) return;
    const next = withState(document, this.#state);
    const stored = await this.#engine.store.replace<Run>(RUNS, next, etag);
    this.#stored = { document: next, etag: stored.etag };
  }

  #clearCheckpoint(): void {
    this.#cancelCheckpoint?.();
    this.#cancelCheckpoint = undefined;
  }
}
