import { MANUAL_SOURCE } from '../../domain/built-in-sources.ts';
import { SUBSCRIBERS } from '../../domain/subscribers.ts';
import { type Trigger, toTypePatterns } from '../../domain/trigger.ts';
import { getOrCreate } from '../lru-cache.ts';
import type { Candidate } from './definition.ts';
import { matchesGlob, toTypePrefixes } from './type-pattern.ts';

interface Entry extends Candidate {
  /** Candidates come in this order. */
  readonly order: number;
}

interface SourceIndex {
  readonly all: Trigger[];
  readonly byType: Map<string, Entry[]>;
  readonly globs: { readonly pattern: string; readonly entry: Entry }[];
  /** Candidates by type, for the types last asked for. */
  readonly found: Map<string, readonly Candidate[]>;
}

/** Bounds the types kept for each source, since a sender may invent any number. */
const MAX_TYPES = 200;

/**
 * Triggers indexed by source and type, so that an event is matched against its own candidates only:
 * finding them takes no longer with more triggers of other sources and types.
 */
export class TriggerIndex {
  readonly #byName: ReadonlyMap<string, Trigger>;
  readonly #bySource = new Map<string, SourceIndex>();

  /** Whether any trigger has an ordering key. */
  readonly hasOrder: boolean;
  /** Triggers with a schedule or a poll that run an actor. */
  readonly timed: readonly Trigger[];

  /** @param candidates in the order in which they are found */
  constructor(candidates: readonly Candidate[]) {
    const triggers = candidates.map(({ trigger }) => trigger);
    this.timed = triggers.filter(isTimed);
    this.hasOrder = triggers.some(({ orderingKey }) => orderingKey !== undefined);
    this.#byName = new Map(triggers.map((trigger) => [trigger.name, trigger]));
    candidates.forEach((candidate, order) => {
      this.#add({ ...candidate, order });
      this.#addExecuted(candidate, order);
    });
  }

  get(name: string): Trigger | undefined {
    return this.#byName.get(name);
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Sources of all triggers. */
  get sources(): readonly string[] {
    return [...this.#bySource].filter(([, { all }]) => all.length > 0).map(([source]) => source);
  }

  /** Candidates of a source whose type matches. Cached by type, since senders use few types. */
  match(source: string, type: string): readonly Candidate[] {
    const index = this.#bySource.get(source);
    if (!index) return [];
    return getOrCreate(index.found, type, MAX_TYPES, () => find(index, type));
  }

  /** All triggers of a source, whatever their type. */
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
      addType(index, pattern, entry);
    }
  }

  /** Lets a trigger in `mode: manual` be executed under its name. */
  #addExecuted({ trigger, executed: matcher }: Candidate, order: number): void {
    if (!matcher) return;
    addType(this.#indexOf(MANUAL_SOURCE), trigger.name, { trigger, order, matcher });
  }

  #indexOf(source: string): SourceIndex {
    const known = this.#bySource.get(source);
    if (known) return known;
    const index: SourceIndex = { all: [], byType: new Map(), globs: [], found: new Map() };
    this.#bySource.set(source, index);
    return index;
  }
}

export function isTimed({ schedule, poll, actor }: Trigger): boolean {
  return actor !== SUBSCRIBERS && Boolean(schedule ?? poll);
}

function addType({ byType }: SourceIndex, type: string, entry: Entry): void {
  const entries = byType.get(type);
  if (entries) entries.push(entry);
  else byType.set(type, [entry]);
}

/** Entries whose type matches, in their order. */
function find({ byType, globs }: SourceIndex, type: string): readonly Entry[] {
  const found = new Set<Entry>();
  for (const prefix of toTypePrefixes(type)) {
    for (const entry of byType.get(prefix) ?? []) found.add(entry);
  }
  for (const { pattern, entry } of globs) if (matchesGlob(pattern, type)) found.add(entry);
  return [...found].sort((a, b) => a.order - b.order);
}
