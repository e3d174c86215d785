import { InvariantError } from '../errors/errors.ts';
import type { Decision } from './decision.ts';
import type { Event } from './event.ts';

/** A stored event: under its key, with the decision of every candidate trigger. */
export type EventRecord = Omit<Event, 'id'> & {
  /** The event's key: source and event id together. */
  readonly id: string;
  /** The sender's id. */
  readonly eventId: string;
  /** The first part of the type: `pull_request` of `pull_request.opened`. */
  readonly typeRoot: string;
  readonly status: 'matched' | 'unmatched';
  /** At least one decision. */
  readonly decisions: readonly Decision[];
  /** Number of further triggers that did not match and whose decisions are not kept. */
  readonly omitted?: number;
  /** `data` and `fields` are empty because the event's triggers keep no data. */
  readonly isStripped?: true;
};

/** The decisions about an event. */
export type Decided = Pick<EventRecord, 'decisions' | 'omitted'>;

export function toTypeRoot(type: string): string {
  return type.split('.', 1)[0] ?? type;
}

/** @param decided the decisions, and the number of those that are not kept */
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
 * Keeps ids, times and decisions only. The subject is removed because it is the sender's text, like
 * the payload; so are the values that clauses found in the payload.
 */
export function stripRecord({ subject: _subject, ...record }: EventRecord): EventRecord {
  const decisions = record.decisions.map(withoutFound);
  return { ...record, decisions, data: {}, fields: {}, isStripped: true };
}

/** Clauses about the payload. Only these find the sender's text. */
const PAYLOAD_CLAUSE = /^(conditions|filter|forEach)(\.|$)/;

function withoutFound(decision: Decision): Decision {
  if (decision.outcome === 'unmatched' && PAYLOAD_CLAUSE.test(decision.clause)) {
    const { found: _found, ...rest } = decision;
    return rest;
  }
  return decision;
}

/** Restores the event; from a stripped record without its payload. */
export function fromEventRecord(record: EventRecord): Event {
  const { id: _key, eventId, typeRoot: _root, status: _status, decisions: _all, ...rest } = record;
  const { omitted: _omitted, isStripped: _isStripped, ...event } = rest;
  return { ...event, id: eventId };
}
