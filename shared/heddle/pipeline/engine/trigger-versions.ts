import { createHash } from 'node:crypto';
import type { Trigger } from '../../domain/trigger.ts';
import { ConflictError } from '../../errors/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { TRIGGER_VERSIONS } from '../../ports/collections.ts';
import type { DocumentStore } from '../../ports/document-store.ts';

interface Kept {
  readonly store: DocumentStore;
  readonly clock: Clock;
}

/** Versions of triggers: each definition is kept once, before it makes its first run. */
export class TriggerVersions {
  readonly #engine: Kept;
  readonly #kept = new WeakMap<Trigger, Promise<string>>();
  readonly #found = new Map<string, Trigger>();

  constructor(engine: Kept) {
    this.#engine = engine;
  }

  /** Keeps a definition. @returns its id, once it is kept */
  keep(trigger: Trigger): Promise<string> {
    const known = this.#kept.get(trigger);
    if (known) return known;
    const kept = this.#write(trigger);
    this.#kept.set(trigger, kept);
    // The next run tries a failed write again.
    kept.catch(() => this.#kept.delete(trigger));
    return kept;
  }

  /** Finds a definition; undefined where it is not kept. */
  async find(id: string): Promise<Trigger | undefined> {
    const known = this.#found.get(id);
    if (known) return known;
    const stored = await this.#engine.store.read(TRIGGER_VERSIONS, id);
    if (stored) this.#found.set(id, stored.document.definition);
    return stored?.document.definition;
  }

  async #write(definition: Trigger): Promise<string> {
    const { store, clock } = this.#engine;
    const id = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 32);
    if (await store.read(TRIGGER_VERSIONS, id)) return id;
    const version = {
      id,
      createdAt: new Date(clock.now()).toISOString(),
      trigger: definition.name,
      definition,
    };
    try {
      await store.create(TRIGGER_VERSIONS, version);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
    return id;
  }
}
