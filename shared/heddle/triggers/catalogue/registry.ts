import { type Trigger, toTypePatterns } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';
import type { MatchTools } from '../conditions/index.ts';
import { compileTrigger, type TriggerMatcher } from '../conditions/index.ts';
import { remember } from '../lru-cache.ts';
import { matchesGlob, toTypePrefixes } from './type-pattern.ts';

/** A trigger, with what it asks of an event compiled. */
export interface Candidate {
  readonly trigger: Trigger;
  readonly matcher: TriggerMatcher;
}

interface Entry extends Candidate {
  /** Place in the triggers file: candidates come in that order. */
  readonly order: number;
}

interface SourceIndex {
  readonly all: Trigger[];
  readonly byType: Map<string, Entry[]>;
  readonly globs: { readonly pattern: string; readonly entry: Entry }[];
  /** By type, for the types that were last asked for. */
  readonly found: Map<string, readonly Candidate[]>;
}

/** A source's types that what was found is kept for; a sender may make up as many as it likes. */
const MAX_TYPES = 200;

/**
 * Triggers, indexed by source and type, so that an event meets its own candidates alone: the time
 * to find them does not grow with the triggers of other sources and types.
 */
export class TriggerRegistry {
  readonly #byName: ReadonlyMap<string, Trigger>;
  readonly #bySource = new Map<string, SourceIndex>();

  readonly #hasOrder: boolean;
  readonly #timed: readonly Trigger[];
  readonly #code: MatchTools['code'];

  /** @param tools what the triggers' conditions need, by `loadMatchTools` */
  constructor(triggers: readonly Trigger[], tools: MatchTools = {}) {
    this.#code = tools.code;
    this.#timed = triggers.filter(({ schedule, poll }) => schedule ?? poll);
    this.#hasOrder = triggers.some(({ orderingKey }) => orderingKey !== undefined);
    this.#byName = new Map(triggers.map((trigger) => [trigger.name, trigger]));
    triggers.forEach((trigger, order) => {
      this.#add({ trigger, order, matcher: compileTrigger(trigger, tools) });
    });
  }

  /** What a trigger has in code. */
  codeOf(name: string): TriggerCode | undefined {
    return this.#code?.get(name);
  }

  get(name: string): Trigger | undefined {
    return this.#byName.get(name);
  }

  /** Whether any trigger wants its events in order. */
  get hasOrder(): boolean {
    return this.#hasOrder;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Those with a schedule or a poll. */
  get timed(): readonly Trigger[] {
    return this.#timed;
  }

  /** The sources that triggers have. */
  get sources(): readonly string[] {
    return [...this.#bySource.keys()];
  }

  /** The triggers of a source whose type matches, in the order of the triggers file. */
  findCandidates(source: string, type: string): readonly Trigger[] {
    return this.match(source, type).map(({ trigger }) => trigger);
  }

  /** {@link findCandidates}, with what each asks. Senders use few types: what was found is kept. */
  match(source: string, type: string): readonly Candidate[] {
    const index = this.#bySource.get(source);
    if (!index) return [];
    return remember(index.found, type, MAX_TYPES, () => find(index, type));
  }

  /** Every trigger of a source, whatever its type. */
  findBySource(source: string): readonly Trigger[] {
    return this.#bySource.get(source)?.all ?? [];
  }

  #add(entry: Entry): void {
    const index = this.#indexOf(entry.trigger.source);
    index.all.push(entry.trigger);
    for (const pattern of toTypePatterns(entry.trigger)) {
      if (pattern.includes('*')) {
        index.globs.push({ pattern, entry });
        continue;
      }
      const entries = index.byType.get(pattern);
      if (entries) entries.push(entry);
      else index.byType.set(pattern, [entry]);
    }
  }

  #indexOf(source: string): SourceIndex {
    const known = this.#bySource.get(source);
    if (known) return known;
    const index: SourceIndex = { all: [], byType: new Map(), globs: [], found: new Map() };
    this.#bySource.set(source, index);
    return index;
  }
}

/** Those whose type matches, in the order of the triggers file. */
function find({ byType, globs }: SourceIndex, type: string): readonly Entry[] {
  const found = new Set<Entry>();
  for (const prefix of toTypePrefixes(type)) {
    for (const entry of byType.get(prefix) ?? []) found.add(entry);
  }
  for (const { pattern, entry } of globs) if (matchesGlob(pattern, type)) found.add(entry);
  return [...found].sort((a, b) => a.order - b.order);
}
