import { InvariantError } from '../errors/errors.ts';
import type { Decision } from './decision.ts';
import type { Event } from './event.ts';

/** An event as it is kept: under its key, with the decisions of every candidate trigger. */
export type EventRecord = Omit<Event, 'id'> & {
  /** The event's key: source and event id together. */
  readonly id: string;
  /** The sender's id. */
  readonly eventId: string;
  /** The first part of the type: `pull_request` of `pull_request.opened`. */
  readonly typeRoot: string;
  readonly status: 'matched' | 'unmatched';
  /** At least one. */
  readonly decisions: readonly Decision[];
  /** Decisions of further triggers that did not match, which are not kept. */
  readonly omitted?: number;
  /** Its triggers keep no data: `data` and `fields` are empty. */
  readonly isStripped?: true;
};

/** What was decided of an event. */
export type Decided = Pick<EventRecord, 'decisions' | 'omitted'>;

export function toTypeRoot(type: string): string {
  return type.split('.', 1)[0] ?? type;
}

/** @param decided the decisions, and how many more there were that are not kept */
export function toEventRecord(
  event: Event,
  key: string,
  { decisions, omitted = 0 }: Decided,
): EventRecord {
  if (decisions.length === 0) throw new InvariantError(`event ${key} has no decision`);
  const { id: eventId, ...rest } = event;
  const isMatched = decisions.some(({ outcome }) => outcome === 'matched');
  const status = isMatched ? 'matched' : 'unmatched';
  const about = { id: key, eventId, typeRoot: toTypeRoot(event.type), status, decisions } as const;
  return { ...rest, ...about, ...(omitted === 0 ? {} : { omitted }) };
}

/**
 * Ids, times and decisions alone; a subject is the sender's text as the payload is, and so is what
 * triggers that keep data have found in it.
 */
export function stripRecord({ subject: _subject, ...record }: EventRecord): EventRecord {
  const decisions = record.decisions.map(withoutFound);
  return { ...record, decisions, data: {}, fields: {}, isStripped: true };
}

/** Of the other clauses, what is found is no sender's text. */
const PAYLOAD_CLAUSE = /^(conditions|filter)(\.|$)/;

function withoutFound(decision: Decision): Decision {
  if (decision.outcome === 'unmatched' && PAYLOAD_CLAUSE.test(decision.clause)) {
    const { found: _found, ...rest } = decision;
    return rest;
  }
  return decision;
}

/** Of a stripped record, an event without payload. */
export function fromEventRecord(record: EventRecord): Event {
  const { id: _key, eventId, typeRoot: _root, status: _status, decisions: _all, ...rest } = record;
  const { omitted: _omitted, isStripped: _isStripped, ...event } = rest;
  return { ...event, id: eventId };
}
