import type { TriggerState } from '../../domain/trigger-state.ts';
import type { Clock } from '../../ports/clock.ts';
import { TRIGGER_STATES } from '../../ports/collections.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import { updateDocument } from '../documents/index.ts';

/** What another instance has changed is known here after so long. */
const REFRESH_MS = 2000;
/** Matchings in a row that must fail before a trigger is asked no more. */
export const MAX_MATCH_FAILURES = 5;
const MAX_STATES = 1000;

interface Kept {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Written = Omit<TriggerState, 'id' | 'updatedAt' | 'since'>;

/**
 * Which triggers are paused or in error. All instances share one document for each trigger that ever
 * was; each knows what it has changed at once, and what the others have after {@link REFRESH_MS}.
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

  /** All that there are, those of active triggers among them. */
  get all(): ReadonlyMap<string, TriggerState> {
    return this.#states;
  }

  /** Resolves when what is known is not older than {@link REFRESH_MS}. */
  async refresh(): Promise<void> {
    if (this.#engine.clock.now() - this.#refreshedAt < REFRESH_MS) return;
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /** @param toNext what to write; undefined: nothing */
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
    logger.error(`Trigger ${name} is asked no more, until it is resumed: ${message}`);
    try {
      await this.change(name, (state) =>
        state?.status === 'paused' ? undefined : { status: 'error', message },
      );
    } catch (error) {
      logger.warn(`The state of trigger ${name} is not written: ${String(error)}`);
    }
  }

  /** What was changed here while the list was on its way is newer than what it says. */
  #toNewer(state: TriggerState): readonly (readonly [string, TriggerState])[] {
    const known = this.#states.get(state.id);
    return known && known.updatedAt > state.updatedAt ? [] : [[state.id, state]];
  }

  /** A store that does not answer leaves what was known; at first nothing is, and nothing may run. */
  async #read(): Promise<void> {
    const { store, clock, logger } = this.#engine;
    try {
      const { items } = await store.list(TRIGGER_STATES, { limit: MAX_STATES });
      this.#states = new Map([...this.#states, ...items.flatMap((state) => this.#toNewer(state))]);
    } catch (error) {
      if (this.#refreshedAt === Number.NEGATIVE_INFINITY) throw error;
      logger.warn(`The states of triggers are as they were: ${String(error)}`);
    }
    this.#refreshedAt = clock.now();
  }
}
