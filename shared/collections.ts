import type { EventRecord } from './domain/event-record.ts';
import type { Run } from './domain/run.ts';
import type { Collection } from './ports.ts';

/** What the engine keeps, and what lists of it may be asked by. */
export const EVENTS: Collection<EventRecord> = {
  name: 'events',
  indexed: ['eventId', 'source', 'type', 'typeRoot', 'status'],
  time: 'receivedAt',
};

export const RUNS: Collection<Run> = {
  name: 'runs',
  indexed: ['eventKey', 'source', 'eventType', 'eventTypeRoot', 'trigger', 'status'],
  time: 'createdAt',
};
