import { MANUAL_SOURCE } from '../../domain/built-in-sources.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { type Clause, type Mismatch, RANKS } from './clauses.ts';

const BY_HAND: Mismatch = { path: 'mode', expected: 'auto', found: 'manual' };

/** The last clause of a trigger in `mode: manual`: the event matches in all else. */
export const MANUAL: Clause<unknown> = { rank: RANKS.value, check: () => BY_HAND };

/** A trigger with the source `manual` and its own type is executed by people in either mode. */
export function isManualOnly({ mode, source, eventType }: Trigger): boolean {
  return mode === 'manual' && (source !== MANUAL_SOURCE || eventType !== undefined);
}

/**
 * The trigger that stands in for one in `mode: manual` when a person executes it: only the clauses
 * about the payload apply. Undefined for any other trigger.
 */
export function toExecuted(trigger: Trigger): Trigger | undefined {
  if (!isManualOnly(trigger)) return undefined;
  const { eventType: _type, mode: _mode, ...rest } = trigger;
  const { sourceActor: _actor, sourceTrigger: _trigger, status: _status, ...executed } = rest;
  return { ...executed, source: MANUAL_SOURCE };
}
