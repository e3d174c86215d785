import { POLL_SOURCE } from '../domain/built-in-sources.ts';
import { type Event, toRoutedType } from '../domain/event.ts';
import { type EventRecord, fromEventRecord } from '../domain/event-record.ts';
import { type Trigger, toTypePatterns } from '../domain/trigger.ts';
import { RejectedError } from '../errors/errors.ts';
import { findEventRecord, findRuns } from './events.ts';
import type { Answered, TriggerExplanation } from './explain.ts';
import { explainDecision, toAnswered, toExplanation } from './explain-event.ts';
import { findTrigger, type TriggerView } from './trigger-view.ts';

export interface AskedOf {
  /** The event id that the sender gave. */
  readonly event?: string | undefined;
  /** An event type: what the trigger would decide for such an event. */
  readonly type?: string | undefined;
  readonly source?: string | undefined;
}

/**
 * Explains why a trigger ran for an event or did not. Where it decided nothing then, it decides
 * now.
 */
export async function explainTrigger(
  view: TriggerView,
  name: string,
  { event, type, source }: AskedOf,
): Promise<TriggerExplanation> {
  if (event !== undefined && type === undefined) return explainEventOf(view, name, event, source);
  if (type !== undefined && event === undefined) {
    const trigger = findTrigger(view, name);
    const asked = { type, source: source ?? trigger.source, ...toSubject(trigger) };
    const answered = findObstacle(view, trigger, asked) ?? askSource(view, trigger) ?? CANDIDATE;
    return toExplanation(view, { basis: 'now' }, name, answered);
  }
  const message = 'Add either ?event= with the id of an event, or ?type= with a type of events.';
  throw new RejectedError('query_invalid', message);
}

const CANDIDATE: Answered = { outcome: 'candidate' };

async function explainEventOf(
  view: TriggerView,
  name: string,
  id: string,
  source: string | undefined,
): Promise<TriggerExplanation> {
  const record = await findEventRecord(view, id, source);
  const decision = record.decisions.find(({ trigger }) => trigger === name);
  if (decision) {
    return explainDecision(view, decision, { record, runs: await findRuns(view, record) });
  }
  return toExplanation(view, { basis: 'now' }, name, askNow(view, findTrigger(view, name), record));
}

/**
 * Decides now for a trigger without a recorded decision: it has another source or type, is newer
 * than the event, or was omitted.
 */
function askNow(view: TriggerView, trigger: Trigger, record: EventRecord): Answered {
  const obstacle = findObstacle(view, trigger, record);
  if (obstacle) return obstacle;
  if (record.isStripped) return CANDIDATE;
  const { decisions } = view.decide(fromEventRecord(record));
  const decision = decisions.find((one) => one.trigger === trigger.name);
  return decision ? toAnswered(decision) : CANDIDATE;
}

/** What a poll finds is for its own trigger, of whatever type it is. */
function toSubject({ source, name }: Trigger): Pick<Event, 'subject'> {
  return source === POLL_SOURCE ? { subject: name } : {};
}

/** Finds what excludes such events before the trigger's conditions are evaluated. */
function findObstacle(
  view: TriggerView,
  trigger: Trigger,
  event: Pick<Event, 'source' | 'type' | 'subject'>,
): Answered | undefined {
  const { source } = event;
  const type = toRoutedType(event);
  if (source !== trigger.source) return toUnmatched('source', trigger.source, source);
  if (!view.takes(trigger, type)) return toUnmatched('eventType', toTypePatterns(trigger), type);
  if (!trigger.enabled) return toUnmatched('enabled', true, false);
  const state = view.stateOf(trigger.name);
  return state?.status === 'error' ? toUnmatched('status', 'active', 'error') : undefined;
}

/** No event comes from a disabled source; those that have come may be replayed. */
function askSource(view: TriggerView, { source }: Trigger): Answered | undefined {
  return view.isDisabledSource(source) ? toUnmatched('source.enabled', true, false) : undefined;
}

function toUnmatched(clause: string, expected: unknown, found: unknown): Answered {
  const texts = { expected: JSON.stringify(expected), found: JSON.stringify(found) };
  return { outcome: 'unmatched', clause, ...texts };
}
