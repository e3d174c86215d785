import type { TriggerState } from '../../domain/trigger-state.ts';
import type { Clock } from '../../ports/clock.ts';
import { TRIGGER_STATES } from '../../ports/collections.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import { readFirst, updateDocument } from '../documents/index.ts';

/** Maximum time until a change that another instance has made is known here. */
const REFRESH_MS = 2000;
/** Number of matchings in a row that fail before the trigger is put in error. */
export const MAX_MATCH_FAILURES = 5;
const MAX_STATES = 1000;

interface Kept {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Written = Omit<TriggerState, 'id' | 'updatedAt' | 'since'>;

/**
 * States of triggers: paused, in error, or active. All instances share one document for each
 * trigger whose state was ever changed. An instance knows its own changes at once, and those of
 * others after {@link REFRESH_MS}.
 */
export class TriggerStates {
  readonly #engine: Kept;
  #states: ReadonlyMap<string, TriggerState> = new Map();
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;
  readonly #failures = new Map<string, number>();

  constructor(engine: Kept) {
    this.#engine = engine;
  }

  /** Undefined where the trigger is active. */
  of(name: string): TriggerState | undefined {
    const state = this.#states.get(name);
    return state?.status === 'active' ? undefined : state;
  }

  /** All states, those of active triggers included. */
  get all(): ReadonlyMap<string, TriggerState> {
    return this.#states;
  }

  /** Resolves when the known states are not older than {@link REFRESH_MS}. */
  async refresh(): Promise<void> {
    if (this.#engine.clock.now() - this.#refreshedAt < REFRESH_MS) return;
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /** Changes the state of a trigger. @param toNext undefined: nothing is written */
  async change(
    name: string,
    toNext: (state: TriggerState | undefined) => Written | undefined,
  ): Promise<TriggerState | undefined> {
    const { store, clock } = this.#engine;
    const state = await updateDocument<TriggerState, TriggerState | undefined>(
      store,
      TRIGGER_STATES,
      name,
      (found) => {
        const next = toNext(found);
        if (!next) return { result: found };
        const now = new Date(clock.now()).toISOString();
        const since = found?.status === next.status ? found.since : now;
        const document = { ...next, id: name, updatedAt: now, since };
        return { document, result: document };
      },
    );
    if (state) this.#states = new Map(this.#states).set(name, state);
    return state;
  }

  /** Counts matchings that fail one after the other. The last of them puts the trigger in error. */
  noteMatched(name: string, error?: unknown): void {
    if (error === undefined) {
      if (this.#failures.size > 0) this.#failures.delete(name);
      return;
    }
    const failures = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    if (failures < MAX_MATCH_FAILURES) return;
    this.#failures.delete(name);
    void this.#fail(name, error instanceof Error ? error.message : String(error));
  }

  async #fail(name: string, message: string): Promise<void> {
    const { logger } = this.#engine;
    logger.error(`Trigger ${name} is no longer matched, until it is resumed: ${message}`);
    try {
      await this.change(name, (state) =>
        state?.status === 'paused' ? undefined : { status: 'error', message },
      );
    } catch (error) {
      logger.warn(`The state of trigger ${name} is not written: ${String(error)}`);
    }
  }

  /** Keeps what was changed here while the list was read: it is newer than the list. */
  #toNewer(state: TriggerState): readonly (readonly [string, TriggerState])[] {
    const known = this.#states.get(state.id);
    return known && known.updatedAt > state.updatedAt ? [] : [[state.id, state]];
  }

  /**
   * Reads all states. If the store does not answer, the known ones stay; at first none are known,
   * and nothing may run.
   */
  async #read(): Promise<void> {
    const { store, clock, logger } = this.#engine;
    try {
      const found = await readFirst(store, TRIGGER_STATES, { limit: MAX_STATES });
      this.#states = new Map([...this.#states, ...found.flatMap((state) => this.#toNewer(state))]);
    } catch (error) {
      if (this.#refreshedAt === Number.NEGATIVE_INFINITY) throw error;
      logger.warn(`The states of triggers are not refreshed: ${String(error)}`);
    }
    this.#refreshedAt = clock.now();
  }
}
