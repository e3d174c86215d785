import { isDeepStrictEqual } from 'node:util';
import type { StateAccess } from '../../actors/actor.ts';
import type { OnChanged } from '../../domain/code-values.ts';
import { toExactJson } from '../../domain/exact-json.ts';
import type { JsonObject } from '../../domain/json.ts';
import { holds, type Run, type RunOf } from '../../domain/run.ts';
import { type RunNotes, withNotes } from '../../domain/run-notes.ts';
import { withState } from '../../domain/run-transitions.ts';
import { ConflictError } from '../../errors/errors.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Engine } from '../engine/index.ts';
import { replaceRun, toKeptRun } from '../runs/index.ts';

/** Maximum time that changed state of an actor waits for its write. */
const CHECKPOINT_MS = 1000;

type Writing = Pick<
  Engine,
  'store' | 'clock' | 'triggers' | 'retentionDays' | 'telemetry' | 'triggerLog' | 'logger'
>;

interface WriterNotes {
  readonly noteState?: OnChanged;
  toNotes(): RunNotes;
}

const NO_NOTES: WriterNotes = { toNotes: () => ({}) };

/**
 * Writes the run of one attempt, one write after the other, each on the etag of the one before. If
 * another delivery has taken the run over, the next write conflicts and nothing of this attempt is
 * kept.
 */
export class RunWriter implements StateAccess {
  readonly #engine: Writing;
  #stored: Stored<RunOf<'running'>>;
  readonly #notes: WriterNotes;
  #state: JsonObject;
  #lastWrite: Promise<void> = Promise.resolve();
  #cancelCheckpoint: (() => void) | undefined;
  #isSealed = false;
  readonly #lost = new AbortController();

  /** @param notes what the attempt leaves with its run when it ends */
  constructor(engine: Writing, stored: Stored<RunOf<'running'>>, notes: WriterNotes = NO_NOTES) {
    this.#engine = engine;
    this.#notes = notes;
    this.#stored = stored;
    this.#state = stored.document.state;
  }

  /** Aborts when the run is found to be cancelled, or another delivery's. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Checks whether the run is still this attempt's. */
  async check(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
    const { id, claim } = this.#stored.document;
    const found = await this.#engine.store.read(RUNS, id).catch(() => undefined);
    if (found && !holds(found.document, claim)) this.#lose();
  }

  get(): JsonObject {
    return this.#state;
  }

  /** Changes nothing once the attempt has ended, by its timeout say. */
  patch(patch: JsonObject): void {
    if (this.#isSealed) return;
    this.#state = { ...this.#state, ...(toExactJson(patch, this.#notes.noteState) as JsonObject) };
    this.#cancelCheckpoint ??= this.#engine.clock.after(CHECKPOINT_MS, () => {
      // The next write makes up for a failed checkpoint, at the latest that of the attempt's end.
      this.save().catch(() => undefined);
    });
  }

  save(): Promise<void> {
    this.#clearCheckpoint();
    const write = this.#lastWrite.catch(() => undefined).then(() => this.#write());
    this.#lastWrite = write;
    return write;
  }

  /**
   * Records the end of the attempt. @returns undefined when the run was taken over: nothing counts
   */
  async end<R extends Run>(toEnd: (run: RunOf<'running'>) => R): Promise<R | undefined> {
    this.#isSealed = true;
    this.#clearCheckpoint();
    await this.#lastWrite.catch(() => undefined);
    try {
      const { document } = this.#stored;
      const ended = toEnd(withState(document, this.#state));
      const run = withNotes(ended, document.attempt, this.#notes.toNotes());
      await this.#replace(run, ended);
      return run;
    } catch (error) {
      if (error instanceof ConflictError) return undefined;
      throw error;
    }
  }

  async #write(): Promise<void> {
    const { document } = this.#stored;
    if (this.#isSealed || document.state === this.#state) return;
    const next = withState(document, this.#state);
    try {
      const { etag } = await this.#replace(next);
      this.#stored = { document: next, etag };
    } catch (error) {
      if (error instanceof ConflictError) this.#lose();
      throw error;
    }
  }

  /**
   * Replaces the run. A write whose answer was lost has changed the etag: the claim tells whose it
   * was.
   * @param bare as `next`, without notes: whoever cancels a run knows none, and ends it all the same
   */
  async #replace(next: Run, bare: Run = next): Promise<Stored<Run>> {
    const { document, etag } = this.#stored;
    const { store } = this.#engine;
    try {
      return await replaceRun<Run>(this.#engine, next, etag);
    } catch (error) {
      const found =
        error instanceof ConflictError ? await store.read(RUNS, document.id) : undefined;
      if (!found) throw error;
      const isSame = (one: Run) => isDeepStrictEqual(found.document, toKeptRun(this.#engine, one));
      if (isSame(next) || isSame(bare)) return found;
      if (!holds(found.document, document.claim)) throw error;
      return replaceRun<Run>(this.#engine, next, found.etag);
    }
  }

  #lose(): void {
    if (this.#isSealed) return;
    this.#lost.abort(new Error('the run was cancelled, or another delivery has taken it over'));
  }

  #clearCheckpoint(): void {
    this.#cancelCheckpoint?.();
    this.#cancelCheckpoint = undefined;
  }
}
