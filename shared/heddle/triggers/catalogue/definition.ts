import { isDeepStrictEqual } from 'node:util';
import { expandTriggers } from '../../domain/on-failure.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';
import {
  compileTrigger,
  type MatchTools,
  type TriggerMatcher,
  toExecuted,
} from '../conditions/index.ts';

/** A trigger with its compiled clauses. */
export interface Candidate {
  readonly trigger: Trigger;
  readonly matcher: TriggerMatcher;
  /** Clauses for an execution by hand, of a trigger in `mode: manual`. */
  readonly executed?: TriggerMatcher;
}

/** A trigger as defined, and what events are matched against. */
export interface Definition {
  readonly trigger: Trigger;
  readonly code: TriggerCode | undefined;
  /** The trigger itself, and the one that its `onFailure` makes. */
  readonly candidates: readonly Candidate[];
}

export type DefinitionsByName = ReadonlyMap<string, Definition>;

/**
 * Compiles triggers, by name.
 * @param known definitions to be reused where they are the same: a trigger that stays as it was
 * stays the same object, so that what is cached by trigger stays valid
 * @throws {InvariantError} when a tool that a trigger needs was not loaded
 */
export function compileDefinitions(
  triggers: readonly Trigger[],
  tools: MatchTools,
  known: DefinitionsByName,
): DefinitionsByName {
  return new Map(
    triggers.map((trigger) => {
      const found = known.get(trigger.name);
      const isKnown = found !== undefined && isSame(found, trigger, tools);
      return [trigger.name, isKnown ? found : compileDefinition(trigger, tools)];
    }),
  );
}

/** @throws {InvariantError} when a tool that the trigger needs was not loaded */
export function compileDefinition(trigger: Trigger, tools: MatchTools): Definition {
  const candidates = expandTriggers([trigger]).map((one) => {
    const executed = toExecuted(one);
    return {
      ...{ trigger: one, matcher: compileTrigger(one, tools) },
      ...(executed ? { executed: compileTrigger(executed, tools) } : {}),
    };
  });
  return { trigger, code: tools.code?.get(trigger.name), candidates };
}

function isSame(known: Definition, trigger: Trigger, { code }: MatchTools): boolean {
  if (known.code !== code?.get(trigger.name)) return false;
  return known.trigger === trigger || isDeepStrictEqual(known.trigger, trigger);
}
