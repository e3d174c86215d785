import type { Decision } from '../../domain/decision.ts';
import type { EventRecord } from '../../domain/event-record.ts';
import { toPlainText } from '../../domain/plain-text.ts';
import type { Engine } from '../engine/index.ts';

type Logging = Pick<Engine, 'logger'>;

/** Triggers that a line names. */
const MAX_NAMED = 5;

/** Logs an event that was taken in: which triggers it runs, or why none, without any of its content. */
export function logRecorded({ logger }: Logging, record: EventRecord): void {
  const { eventId, decisions } = record;
  const matched = decisions.filter(({ outcome }) => outcome === 'matched');
  const about = { eventId: toPlainText(eventId), matched: matched.length };
  logger.info(`Event ${toName(record)}: ${toText(record, matched)}`, about);
  for (const decision of decisions) logDecision({ logger }, decision, about.eventId);
}

export function logDuplicate({ logger }: Logging, record: EventRecord): void {
  const text = `Event ${toName(record)}: it came before, so nothing runs again`;
  logger.info(text, { eventId: toPlainText(record.eventId) });
}

/** Logs a request that was taken in. Its events are logged when they are recorded. */
export function logIngested(
  { logger }: Logging,
  source: string,
  { accepted, duplicates }: { readonly accepted: number; readonly duplicates: number },
): void {
  const text = `A request of ${source} is taken in`;
  if (duplicates === 0) logger.debug(text, { events: accepted });
  else
    logger.info(`${text}, and is known: it runs nothing twice`, { events: accepted, duplicates });
}

function toName({ source, type }: EventRecord): string {
  return `${source} ${toPlainText(type)}`;
}

function toText({ decisions, omitted = 0 }: EventRecord, matched: readonly Decision[]): string {
  if (decisions[0]?.outcome === 'unrouted') return 'no trigger has this source';
  const asked = decisions.length + omitted;
  if (matched.length > 0) {
    return `${matched.length} of ${toTriggers(asked)} matched: ${toList(matched, toTrigger)}`;
  }
  return `none of ${toTriggers(asked)} matched: ${toList(decisions, toReason)}`;
}

function toTriggers(count: number): string {
  return count === 1 ? '1 trigger' : `${count} triggers`;
}

function toList(decisions: readonly Decision[], toWord: (decision: Decision) => string): string {
  const named = decisions.slice(0, MAX_NAMED).map(toWord).join(', ');
  const more = decisions.length - MAX_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}

function toTrigger({ trigger = '' }: Decision): string {
  return trigger;
}

/** `greet-issue (conditions.action)` */
function toReason(decision: Decision): string {
  return `${toTrigger(decision)} (${decision.outcome === 'unmatched' ? decision.clause : 'error'})`;
}

/** What was found is the sender's, so it is in the event's decisions only. */
function logDecision({ logger }: Logging, decision: Decision, eventId: string): void {
  if (decision.outcome === 'matched' || decision.outcome === 'unrouted') return;
  const why =
    decision.outcome === 'unmatched'
      ? `${decision.clause} expected ${decision.expected}`
      : `it could not say: ${decision.message}`;
  logger.debug(`Trigger ${toTrigger(decision)} did not match: ${why}`, { eventId });
}
