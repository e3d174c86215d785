import type { Event } from '../domain/event.ts';
import { type EventRecord, toTypeRoot } from '../domain/event-record.ts';
import type { Run } from '../domain/run.ts';
import { toSlimRun } from '../domain/run-notes.ts';
import { RejectedError } from '../errors/errors.ts';
import { readFirst } from '../pipeline/documents/index.ts';
import { EVENTS, RUNS } from '../ports/collections.ts';
import type { Page } from '../ports/document-store.ts';
import { listPage, type ReadSide } from './list.ts';
import { type EventQuery, toWhere } from './query.ts';
import { listRuns } from './runs.ts';

/** An event in a list, without its payload; the single event has it. */
export type EventSummary = Omit<Event, 'data'> &
  Pick<EventRecord, 'status' | 'decisions'> & { readonly key: string };

export type EventDetail = EventSummary & Pick<Event, 'data'> & { readonly runs: readonly Run[] };

const MAX_RUNS = 1000;
/** Events that are read at once: each may be large. */
const READ_AT_ONCE = 8;

/** Newest first. With `trigger`: the events for which this trigger has run. */
export async function listEvents(side: ReadSide, query: EventQuery): Promise<Page<EventSummary>> {
  const { source, type, trigger, status, since, limit, continuation } = query;
  if (trigger !== undefined) return listEventsOfTrigger(side, query);
  const where = toWhere({ source, status, ...toEventType(type) });
  const { items, ...rest } = await listPage(side, EVENTS, { where, since, limit, continuation });
  return { items: items.map(toSummary), ...rest };
}

/** Lists the events of a trigger by its runs. */
async function listEventsOfTrigger(
  side: ReadSide,
  { status, ...query }: EventQuery,
): Promise<Page<EventSummary>> {
  if (status === 'unmatched') return { items: [] };
  const { items, ...rest } = await listRuns(side, query);
  const keys = [...new Set(items.map(({ eventKey }) => eventKey))];
  return { items: await readSummaries(side, keys), ...rest };
}

async function readSummaries(
  { store }: ReadSide,
  keys: readonly string[],
): Promise<readonly EventSummary[]> {
  const found: EventSummary[] = [];
  for (let start = 0; start < keys.length; start += READ_AT_ONCE) {
    const some = keys.slice(start, start + READ_AT_ONCE);
    const records = await Promise.all(some.map((key) => store.read(EVENTS, key)));
    found.push(...records.flatMap((record) => (record ? [toSummary(record.document)] : [])));
  }
  return found;
}

/**
 * @param id the sender's id
 * @param source needed only where several sources have an event of that id
 */
export async function getEvent(side: ReadSide, id: string, source?: string): Promise<EventDetail> {
  return toEventDetail(side, await findEventRecord(side, id, source));
}

export async function toEventDetail(side: ReadSide, record: EventRecord): Promise<EventDetail> {
  const runs = await findRuns(side, record);
  return { ...toSummary(record), data: record.data, runs: runs.map(toSlimRun) };
}

/** @throws {RejectedError} 404 `event_not_found`, 409 `event_ambiguous` */
export async function findEventRecord(
  side: ReadSide,
  id: string,
  source?: string,
): Promise<EventRecord> {
  const [record, other] = await findById(side, id, source);
  if (!record) throw new RejectedError('event_not_found', `There is no event "${id}".`);
  if (!other) return record;
  const message = `Several sources have an event "${id}": add ?source= with ${record.source} or ${other.source}.`;
  throw new RejectedError('event_ambiguous', message);
}

/**
 * Tries the id with unescaped slashes too. The Functions host leaves an escaped slash in a path as
 * it is, and ids of CloudEvents have slashes: they begin with the event's source, a URI.
 */
async function findById({ store }: ReadSide, id: string, source: string | undefined) {
  for (const eventId of new Set([id, id.replaceAll(/%2f/gi, '/')])) {
    const where = toWhere({ eventId, source });
    const found = await readFirst(store, EVENTS, { where, limit: 2 });
    if (found.length > 0) return found;
  }
  return [];
}

/** Newest first, replayed runs included. */
export async function findRuns({ store }: ReadSide, { id }: EventRecord): Promise<readonly Run[]> {
  return readFirst(store, RUNS, { where: { eventKey: id }, limit: MAX_RUNS });
}

function toSummary({ id: key, eventId, typeRoot: _, data: _data, ...rest }: EventRecord) {
  return { id: eventId, key, ...rest } satisfies EventSummary;
}

function toEventType(type: string | undefined): Record<string, string | undefined> {
  return type === undefined || toTypeRoot(type) !== type ? { type } : { typeRoot: type };
}
