import { type Decision, MAX_DECISIONS, toShown, toShownText } from '../../domain/decision.ts';
import { type Event, toEventView, toRoutedType } from '../../domain/event.ts';
import type { Decided } from '../../domain/event-record.ts';
import type { FannedOut } from '../../domain/for-each.ts';
import { toRunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { type Trigger, toTypePatterns } from '../../domain/trigger.ts';
import type { TriggerState } from '../../domain/trigger-state.ts';
import type { Candidate, TriggerSnapshot } from '../catalogue/index.ts';
import type { Mismatch } from '../conditions/index.ts';

export interface MatchOptions {
  /** Removes secret values from the shown parts of the event. */
  readonly redact: (text: string) => string;
  /** Undefined: the trigger is active. */
  readonly statusOf?: (name: string) => Pick<TriggerState, 'status' | 'message'> | undefined;
  /**
   * Called for each trigger after checks that may fail: an expression or a filter in code. An error
   * is safe to store.
   */
  readonly onMatched?: (name: string, error?: Error) => void;
}

/** A trigger's result; converted to a decision only when it is kept. */
type Answer =
  | { readonly outcome: 'matched'; readonly forEach?: FannedOut }
  | { readonly outcome: 'error'; readonly error: Error }
  | { readonly outcome: 'unmatched'; readonly mismatch: Mismatch; readonly isOfPayload?: true };
type Asked = readonly [Trigger, Answer];

const MATCHED: Answer = { outcome: 'matched' };

/**
 * Decides for every candidate trigger whether the event runs it, and why not if it does not. If no
 * trigger matches the event's type, the triggers of its source show their types; if the source has
 * no triggers, the decision names the sources that have.
 */
export function decide(
  event: Event,
  eventKey: string,
  triggers: TriggerSnapshot,
  options: MatchOptions,
): Decided {
  const { source } = event;
  const type = toRoutedType(event);
  const { listed } = triggers;
  const candidates = triggers.match(source, type);
  const others = listed.match(source, type).length > 0 ? [] : listed.findBySource(source);
  const known = candidates.length + others.length;
  if (known === 0) return { decisions: [toUnrouted(event, triggers)] };
  const asked = keep([
    ...ask(event, candidates, options),
    ...explainType(type, others.slice(0, MAX_DECISIONS)),
  ]);
  const decisions = asked.map((one) => toDecision(one, eventKey, options));
  return { decisions, omitted: known - asked.length };
}

function ask(
  event: Event,
  candidates: readonly Candidate[],
  options: MatchOptions,
): readonly Asked[] {
  const view = toEventView(event);
  return candidates.map((candidate) => {
    return [candidate.trigger, askOne(candidate, event, view, options)];
  });
}

function askOne(
  { trigger: { name, enabled }, matcher }: Candidate,
  event: Event,
  view: JsonObject,
  { statusOf, onMatched, redact }: MatchOptions,
): Answer {
  if (!enabled) return toUnmatched({ path: 'enabled', expected: true, found: false });
  const state = statusOf?.(name);
  if (state?.status === 'error') {
    return toUnmatched({ path: 'status', expected: 'active', found: state.message ?? 'error' });
  }
  try {
    const mismatch = matcher.check(view, event);
    if (mismatch) return { outcome: 'unmatched', mismatch, isOfPayload: true };
    if (!matcher.checkFallible) return MATCHED;
    const found = matcher.checkFallible(view, event);
    const forEach = found ? undefined : matcher.count?.(event);
    onMatched?.(name);
    if (forEach) return { outcome: 'matched', forEach };
    return found ? { outcome: 'unmatched', mismatch: found, isOfPayload: true } : MATCHED;
  } catch (cause) {
    const error = toSafeError(cause, redact);
    onMatched?.(name, error);
    return { outcome: 'error', error };
  }
}

function toUnmatched(mismatch: Mismatch): Answer {
  return { outcome: 'unmatched', mismatch };
}

function explainType(type: string, triggers: readonly Trigger[]): readonly Asked[] {
  return triggers.map((trigger) => {
    const expected = toTypePatterns(trigger);
    return [trigger, toUnmatched({ path: 'eventType', expected, found: type })];
  });
}

/** Always keeps matches, since their runs depend on them; then errors, then the others. */
function keep(asked: readonly Asked[]): readonly Asked[] {
  if (asked.length <= MAX_DECISIONS) return asked;
  const count = (outcome: Answer['outcome']) =>
    asked.filter(([, answer]) => answer.outcome === outcome).length;
  const room = Math.max(0, MAX_DECISIONS - count('matched'));
  const left = { error: room, unmatched: Math.max(0, room - count('error')) };
  return asked.filter(([, { outcome }]) => outcome === 'matched' || left[outcome]-- > 0);
}

function toDecision(
  [{ name: trigger, persistData }, answer]: Asked,
  eventKey: string,
  { redact }: MatchOptions,
): Decision {
  if (answer.outcome === 'matched') {
    const { forEach } = answer;
    const runId = toRunId(eventKey, trigger);
    return { trigger, outcome: 'matched', runId, ...(forEach ? { forEach } : {}) };
  }
  if (answer.outcome === 'error') {
    return { trigger, outcome: 'error', message: answer.error.message };
  }
  const { path: clause, expected, found } = answer.mismatch;
  const shown = { clause, expected: toShown(expected, redact) };
  const base = { trigger, outcome: 'unmatched' as const, ...shown };
  if (found === undefined || (answer.isOfPayload && !persistData)) return base;
  return { ...base, found: toShown(found, redact) };
}

function toUnrouted({ source }: Event, triggers: TriggerSnapshot): Decision {
  return {
    outcome: 'unrouted',
    expected: toShown(triggers.listed.sources),
    found: toShown(source),
  };
}

/** Anything may be thrown, and its message may be as long as a payload. */
function toSafeError(cause: unknown, redact: MatchOptions['redact']): Error {
  const message = cause instanceof Error ? cause.message : 'what was thrown is no Error';
  return new Error(toShownText(String(message), redact));
}
