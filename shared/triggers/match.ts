import { type Decision, MAX_DECISIONS, toShown } from '../domain/decision.ts';
import { type Event, toEventView } from '../domain/event.ts';
import { toRunId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Trigger, toTypePatterns } from '../domain/trigger.ts';
import { findMismatch, type Mismatch } from './conditions.ts';
import type { TriggerRegistry } from './registry.ts';

/**
 * Decides for every candidate trigger whether the event runs it, and says why where it does not.
 * Where no trigger takes events of this type at all, the source's triggers say which they take.
 */
export function decide(
  event: Event,
  eventKey: string,
  registry: TriggerRegistry,
): readonly Decision[] {
  const candidates = registry.findCandidates(event.source, event.type);
  if (candidates.length === 0) {
    const others = registry.findBySource(event.source).slice(0, MAX_DECISIONS);
    return others.map((trigger) => explainType(trigger, event.type));
  }
  const view = toEventView(event);
  return cap(candidates.map((trigger) => decideOne(trigger, view, eventKey)));
}

function decideOne(trigger: Trigger, view: JsonObject, eventKey: string): Decision {
  if (!trigger.enabled) {
    return toUnmatched(trigger, 'enabled', { expected: true, found: false });
  }
  const mismatch = findMismatch(trigger.conditions, view);
  if (mismatch) return toUnmatched(trigger, `conditions.${mismatch.path}`, mismatch);
  return { trigger: trigger.name, outcome: 'matched', runId: toRunId(eventKey, trigger.name) };
}

function explainType(trigger: Trigger, type: string): Decision {
  const expected = [...toTypePatterns(trigger)];
  return toUnmatched(trigger, 'eventType', { expected, found: type });
}

function toUnmatched(
  trigger: Trigger,
  clause: string,
  { expected, found }: Omit<Mismatch, 'path'>,
): Decision {
  const shown = { clause, expected: toShown(expected) };
  const base = { trigger: trigger.name, outcome: 'unmatched' as const, ...shown };
  return found === undefined ? base : { ...base, found: toShown(found) };
}

/** What matched is always kept: its runs hang on it. */
function cap(decisions: readonly Decision[]): readonly Decision[] {
  if (decisions.length <= MAX_DECISIONS) return decisions;
  const matched = decisions.filter(({ outcome }) => outcome === 'matched');
  const others = decisions.filter(({ outcome }) => outcome !== 'matched');
  return [...matched, ...others.slice(0, Math.max(0, MAX_DECISIONS - matched.length))];
}
