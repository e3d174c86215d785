import { OWN_TYPE_SOURCES } from '../../domain/built-in-sources.ts';
import { type Event, toRoutedType } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { SUBSCRIBERS } from '../../domain/subscribers.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { InvariantError } from '../../errors/errors.ts';
import { type Clause, type Mismatch, RANKS } from './clauses.ts';
import { compileCode } from './code-clauses.ts';
import { Compilation, type ConditionFault } from './compilation.ts';
import { compileEach, compileExpression } from './conditions.ts';
import { type Count, compileCount, compileItems } from './item-clauses.ts';
import { isManualOnly, MANUAL } from './manual-mode.ts';
import type { MatchTools } from './match-tools.ts';

type Check = (view: JsonObject, event: Event) => Mismatch | undefined;

/** Checks of a trigger for an event of its source and type, cheapest first. */
export interface TriggerMatcher {
  /** Never throws. */
  readonly check: Check;
  /** Called if `check` finds no mismatch. Throws if it cannot decide. */
  readonly checkFallible?: Check;
  /** Counts the items of an event that matches, for a trigger with `forEach`. Throws as the above. */
  readonly count?: Count;
}

/**
 * Compiles a trigger. One with faults throws when it is matched, and does not affect the others.
 * @throws {InvariantError} when a tool that the trigger needs was not loaded
 */
export function compileTrigger(trigger: Trigger, tools: MatchTools): TriggerMatcher {
  const compilation = new Compilation(tools);
  const clauses = compileClauses(trigger, compilation);
  const [fault] = compilation.faults;
  if (fault) return createFaulty(`${fault.path.join('.')}: ${fault.message}`);
  if (compilation.missing.size > 0) {
    const missing = [...compilation.missing].join(' and ');
    throw new InvariantError(`trigger "${trigger.name}" needs ${missing}: call loadMatchTools`);
  }
  const index = clauses.findIndex(({ rank }) => rank === RANKS.expression);
  if (index < 0) return { check: inSequence(clauses) };
  const [sure, fallible] = [clauses.slice(0, index), clauses.slice(index)];
  const count = compileCount(trigger, compilation);
  return {
    ...{ check: inSequence(sure), checkFallible: inSequence(fallible) },
    ...(count ? { count } : {}),
  };
}

/**
 * Finds faults in a trigger's conditions and filter. Patterns and expressions are checked only if
 * `tools` has their compilers: {@link loadMatchTools} accepts triggers as written.
 */
export function findConditionFaults(
  trigger: Trigger,
  tools: MatchTools = {},
): readonly ConditionFault[] {
  const compilation = new Compilation(tools);
  compileClauses(trigger, compilation);
  return compilation.faults;
}

/** Finds valid conditions that may be meant otherwise. */
export function findConditionDoubts(trigger: Trigger): readonly ConditionFault[] {
  const compilation = new Compilation({});
  compileClauses(trigger, compilation);
  return compilation.doubts;
}

function createFaulty(fault: string): TriggerMatcher {
  return {
    check: () => undefined,
    checkFallible() {
      throw new Error(fault);
    },
  };
}

/** Keeps the order: clauses of `conditions` come before those of `filter`. */
function inSequence(clauses: readonly Clause<JsonObject>[]): Check {
  const [only] = clauses;
  if (only && clauses.length === 1) return only.check;
  return (view, event) => {
    for (const { check } of clauses) {
      const mismatch = check(view, event);
      if (mismatch) return mismatch;
    }
    return undefined;
  };
}

function compileClauses(trigger: Trigger, compilation: Compilation): readonly Clause<JsonObject>[] {
  return [
    ...(trigger.actor === SUBSCRIBERS ? [WITHOUT_ACTOR] : []),
    ...(trigger.requireVerification ? [VERIFIED] : []),
    ...compileOwnType(trigger),
    ...compileCompletion(trigger),
    ...compileEach(trigger.conditions, compilation.at('conditions')),
    ...compileFilter(trigger.filter, compilation),
    ...compileCode(trigger, compilation.tools),
    ...compileItems(trigger, compilation),
    ...(isManualOnly(trigger) ? [MANUAL] : []),
  ];
}

/** Comes first: the triggers of its subscriptions check the other clauses. */
const WITHOUT_ACTOR: Clause<unknown> = {
  rank: RANKS.value,
  check: () => ({ path: 'actor', expected: 'an actor of its own, beside those that subscribe' }),
};

const UNVERIFIED: Mismatch = { path: 'requireVerification', expected: true, found: false };
const VERIFIED: Clause<unknown> = {
  rank: RANKS.value,
  check: (_, { verified }) => (verified ? undefined : UNVERIFIED),
};

/** The type must be equal: executing `data.import` does not run the trigger `data`. */
function compileOwnType({ name, source, eventType }: Trigger): readonly Clause<unknown>[] {
  if (!OWN_TYPE_SOURCES.includes(source)) return [];
  const expected = typeof eventType === 'string' ? eventType : name;
  const check: Clause<unknown>['check'] = (_, event) => {
    const found = toRoutedType(event);
    return found === expected ? undefined : { path: 'eventType', expected, found };
  };
  return [{ rank: RANKS.value, check }];
}

const STATUSES: Readonly<Record<string, string>> = { success: 'succeeded', failed: 'failed' };

/** Compiles nothing except for triggers of the source `completion`. */
function compileCompletion(trigger: Trigger): readonly Clause<unknown>[] {
  const { sourceActor, sourceTrigger, status = 'any' } = trigger;
  return [
    ...compileField('sourceActor', 'actor', sourceActor),
    ...compileField('sourceTrigger', 'trigger', sourceTrigger),
    ...compileField('status', 'status', STATUSES[status]),
  ];
}

function compileField(
  path: string,
  field: string,
  expected: string | string[] | undefined,
): readonly Clause<unknown>[] {
  if (expected === undefined) return [];
  const allowed: readonly Json[] = [expected].flat();
  return [
    {
      rank: RANKS.value,
      check(_, { fields }) {
        const found: Json = fields[field] ?? null;
        return allowed.includes(found) ? undefined : { path, expected, found };
      },
    },
  ];
}

function compileFilter(
  filter: Trigger['filter'],
  compilation: Compilation,
): readonly Clause<JsonObject>[] {
  if (filter === undefined) return [];
  const place = compilation.at('filter');
  if (!isJsonObject(filter)) return [compileExpression(filter, place)];
  return compileEach(filter, place).map(({ rank, check }) => ({
    rank,
    check: (_, event) => check(event.data, event),
  }));
}
