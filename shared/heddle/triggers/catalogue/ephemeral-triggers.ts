import { toFailureName } from '../../domain/on-failure.ts';
import { type Trigger, toTypePatterns } from '../../domain/trigger.ts';
import type { Candidate, Definition } from './definition.ts';
import { PersistentMap } from './persistent-map.ts';
import { isTimed } from './trigger-index.ts';
import { matchesGlob, toTypePrefixes } from './type-pattern.ts';

interface Entry extends Candidate {
  /** Candidates come in this order. */
  readonly order: number;
}

/** Entries by name. */
type Entries = PersistentMap<Entry>;

interface SourceIndex {
  readonly byType: PersistentMap<Entries>;
  /** Entries of which a type has a `*`. */
  readonly globs: Entries;
}

interface Indexes {
  readonly byName: Entries;
  readonly bySource: PersistentMap<SourceIndex>;
  readonly timed: Entries;
  readonly ordered: Entries;
}

const NONE: Entries = new PersistentMap();
const NO_SOURCE: SourceIndex = { byType: new PersistentMap(), globs: NONE };
const EMPTY: Indexes = {
  byName: NONE,
  bySource: new PersistentMap(),
  timed: NONE,
  ordered: NONE,
};

/**
 * Triggers that come and go by the thousands. Immutable: `with` and `without` return changed copies
 * that share the rest, so that a change takes as long with many triggers as with few.
 */
export class EphemeralTriggers {
  readonly #indexes: Indexes;

  constructor(indexes = EMPTY) {
    this.#indexes = indexes;
  }

  get size(): number {
    return this.#indexes.byName.size;
  }

  /** Whether any trigger has an ordering key. */
  get hasOrder(): boolean {
    return this.#indexes.ordered.size > 0;
  }

  /** Triggers with a schedule or a poll. */
  get timed(): readonly Trigger[] {
    return toSorted(this.#indexes.timed.values()).map(({ trigger }) => trigger);
  }

  get(name: string): Trigger | undefined {
    return this.#indexes.byName.get(name)?.trigger;
  }

  /** Candidates of a source whose type matches. */
  match(source: string, type: string): readonly Candidate[] {
    const index = this.#indexes.bySource.get(source);
    if (!index) return [];
    const found = new Set<Entry>();
    for (const prefix of toTypePrefixes(type)) {
      for (const entry of index.byType.get(prefix)?.values() ?? []) found.add(entry);
    }
    for (const entry of index.globs.values()) if (isMet(entry, type)) found.add(entry);
    return toSorted(found);
  }

  /** @param order of the definition among the others; one that replaces another keeps its order */
  with({ trigger, candidates }: Definition, order: number): EphemeralTriggers {
    const known = this.#indexes.byName.get(trigger.name);
    let indexes = known ? this.without(trigger.name).#indexes : this.#indexes;
    for (const candidate of candidates) {
      indexes = change(indexes, { ...candidate, order: known?.order ?? order }, put);
    }
    return new EphemeralTriggers(indexes);
  }

  without(name: string): EphemeralTriggers {
    const { byName } = this.#indexes;
    const entry = byName.get(name);
    if (!entry) return this;
    const left = change(this.#indexes, entry, take);
    const ofFailure = byName.get(toFailureName(name));
    return new EphemeralTriggers(ofFailure ? change(left, ofFailure, take) : left);
  }
}

type Change = (entries: Entries, entry: Entry) => Entries;

const put: Change = (entries, entry) => entries.with(entry.trigger.name, entry);
const take: Change = (entries, { trigger }) => entries.without(trigger.name);

function change(indexes: Indexes, entry: Entry, act: Change): Indexes {
  const { byName, bySource, timed, ordered } = indexes;
  const { source, orderingKey } = entry.trigger;
  const index = changeSource(bySource.get(source) ?? NO_SOURCE, entry, act);
  const isLeft = index.byType.size + index.globs.size > 0;
  return {
    byName: act(byName, entry),
    bySource: isLeft ? bySource.with(source, index) : bySource.without(source),
    timed: isTimed(entry.trigger) ? act(timed, entry) : timed,
    ordered: orderingKey === undefined ? ordered : act(ordered, entry),
  };
}

function changeSource({ byType, globs }: SourceIndex, entry: Entry, act: Change): SourceIndex {
  let changed = { byType, globs };
  for (const pattern of toTypePatterns(entry.trigger)) {
    changed = pattern.includes('*')
      ? { ...changed, globs: act(changed.globs, entry) }
      : { ...changed, byType: changeType(changed.byType, pattern, entry, act) };
  }
  return changed;
}

function changeType(
  byType: SourceIndex['byType'],
  pattern: string,
  entry: Entry,
  act: Change,
): SourceIndex['byType'] {
  const entries = act(byType.get(pattern) ?? NONE, entry);
  return entries.size > 0 ? byType.with(pattern, entries) : byType.without(pattern);
}

function isMet({ trigger }: Entry, type: string): boolean {
  return toTypePatterns(trigger).some(
    (pattern) => pattern.includes('*') && matchesGlob(pattern, type),
  );
}

function toSorted(entries: Iterable<Entry>): readonly Entry[] {
  return [...entries].sort((a, b) => a.order - b.order);
}
