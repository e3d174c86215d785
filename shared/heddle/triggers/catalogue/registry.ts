import { MANUAL_SOURCE } from '../../domain/built-in-sources.ts';
import { SUBSCRIBERS } from '../../domain/subscribers.ts';
import { type Trigger, toTypePatterns } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';
import type { MatchTools } from '../conditions/index.ts';
import { compileTrigger, type TriggerMatcher, toExecuted } from '../conditions/index.ts';
import { remember } from '../lru-cache.ts';
import { matchesGlob, toTypePrefixes } from './type-pattern.ts';

/** A trigger with its compiled clauses. */
export interface Candidate {
  readonly trigger: Trigger;
  readonly matcher: TriggerMatcher;
}

interface Entry extends Candidate {
  /** Index in the triggers file: candidates come in that order. */
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
export class TriggerRegistry {
  readonly #byName: ReadonlyMap<string, Trigger>;
  readonly #bySource = new Map<string, SourceIndex>();

  readonly #hasOrder: boolean;
  readonly #timed: readonly Trigger[];
  readonly #code: MatchTools['code'];

  /** @param tools compilers that the triggers' conditions need, from `loadMatchTools` */
  constructor(triggers: readonly Trigger[], tools: MatchTools = {}) {
    this.#code = tools.code;
    const isTimed = ({ schedule, poll, actor }: Trigger) =>
      actor !== SUBSCRIBERS && (schedule ?? poll) !== undefined;
    this.#timed = triggers.filter(isTimed);
    this.#hasOrder = triggers.some(({ orderingKey }) => orderingKey !== undefined);
    this.#byName = new Map(triggers.map((trigger) => [trigger.name, trigger]));
    triggers.forEach((trigger, order) => {
      this.#add({ trigger, order, matcher: compileTrigger(trigger, tools) });
      this.#addExecuted(trigger, order, tools);
    });
  }

  /** A trigger's functions in code. */
  codeOf(name: string): TriggerCode | undefined {
    return this.#code?.get(name);
  }

  get(name: string): Trigger | undefined {
    return this.#byName.get(name);
  }

  /** Whether any trigger has an ordering key. */
  get hasOrder(): boolean {
    return this.#hasOrder;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Triggers with a schedule or a poll that run an actor. */
  get timed(): readonly Trigger[] {
    return this.#timed;
  }

  /** Sources of all triggers. */
  get sources(): readonly string[] {
    return [...this.#bySource].filter(([, { all }]) => all.length > 0).map(([source]) => source);
  }

  /** Triggers of a source whose type matches, in the order of the triggers file. */
  findCandidates(source: string, type: string): readonly Trigger[] {
    return this.match(source, type).map(({ trigger }) => trigger);
  }

  /** {@link findCandidates} with compiled clauses. Cached by type, since senders use few types. */
  match(source: string, type: string): readonly Candidate[] {
    const index = this.#bySource.get(source);
    if (!index) return [];
    return remember(index.found, type, MAX_TYPES, () => find(index, type));
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
  #addExecuted(trigger: Trigger, order: number, tools: MatchTools): void {
    const executed = toExecuted(trigger);
    if (!executed) return;
    const entry = { trigger, order, matcher: compileTrigger(executed, tools) };
    addType(this.#indexOf(MANUAL_SOURCE), trigger.name, entry);
  }

  #indexOf(source: string): SourceIndex {
    const known = this.#bySource.get(source);
    if (known) return known;
    const index: SourceIndex = { all: [], byType: new Map(), globs: [], found: new Map() };
    this.#bySource.set(source, index);
    return index;
  }
}

function addType({ byType }: SourceIndex, type: string, entry: Entry): void {
  const entries = byType.get(type);
  if (entries) entries.push(entry);
  else byType.set(type, [entry]);
}

/** Entries whose type matches, in the order of the triggers file. */
function find({ byType, globs }: SourceIndex, type: string): readonly Entry[] {
  const found = new Set<Entry>();
  for (const prefix of toTypePrefixes(type)) {
    for (const entry of byType.get(prefix) ?? []) found.add(entry);
  }
  for (const { pattern, entry } of globs) if (matchesGlob(pattern, type)) found.add(entry);
  return [...found].sort((a, b) => a.order - b.order);
}
