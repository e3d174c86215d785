import type { DeadLetter } from './domain/dead-letter.ts';
import type { EventRecord } from './domain/event-record.ts';
import type { Run } from './domain/run.ts';
import type { SourceStats } from './domain/source-stats.ts';
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

export const SOURCES: Collection<SourceStats> = {
  name: 'sources',
  indexed: [],
  time: 'updatedAt',
};

/** What the instances of the app have admitted together in one window of a rate limit. */
export interface RateWindow {
  readonly id: string;
  readonly updatedAt: string;
  readonly admitted: number;
}

export const RATE_WINDOWS: Collection<RateWindow> = {
  name: 'rate_windows',
  indexed: [],
  time: 'updatedAt',
};

export const DEAD_LETTERS: Collection<DeadLetter> = {
  name: 'dead_letters',
  indexed: ['kind', 'eventKey'],
  time: 'deadLetteredAt',
};

/** A container each, in Azure. */
export const COLLECTIONS = [EVENTS, RUNS, SOURCES, RATE_WINDOWS, DEAD_LETTERS] as const;
