import type { DeadLetter } from '../domain/dead-letter.ts';
import type { EventRecord } from '../domain/event-record.ts';
import type { Ledger, PollRecord, PollState, TickMark } from '../domain/ledger.ts';
import type { LimitState, Waiter } from '../domain/limit-state.ts';
import type { ReplayJob } from '../domain/replay-job.ts';
import type { Run } from '../domain/run.ts';
import type { SourceStats } from '../domain/source-stats.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import type { TriggerStats } from '../domain/trigger-stats.ts';
import type { TriggerVersion } from '../domain/trigger-version.ts';
import type { Collection } from './document-store.ts';

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

/** Triggers that have been paused, or have failed, and what they are now. */
export const TRIGGER_STATES: Collection<TriggerState> = {
  name: 'trigger_states',
  indexed: ['status'],
  time: 'updatedAt',
};

/** What triggers were when they made runs, for replays. */
export const TRIGGER_VERSIONS: Collection<TriggerVersion> = {
  name: 'trigger_versions',
  indexed: ['trigger'],
  time: 'createdAt',
};

export const TRIGGER_STATS: Collection<TriggerStats> = {
  name: 'trigger_stats',
  indexed: [],
  time: 'updatedAt',
};

/** Who has a place among so many at once, and what was let in of late. */
export const LIMIT_STATES: Collection<LimitState> = {
  name: 'limit_states',
  indexed: [],
  time: 'updatedAt',
};

/** Runs that wait for a place, in the order of their turns. */
export const WAITERS: Collection<Waiter> = { name: 'waiters', indexed: ['slot'], time: 'turn' };

/** Replays by query. */
export const REPLAYS: Collection<ReplayJob> = {
  name: 'replays',
  indexed: ['status'],
  time: 'createdAt',
};

/** What is planned of schedules and pollers. */
export const LEDGERS: Collection<Ledger> = {
  name: 'ledgers',
  indexed: ['kind'],
  time: 'updatedAt',
};

/** That the clock of schedules goes. */
export const TICKS: Collection<TickMark> = { name: 'ticks', indexed: [], time: 'updatedAt' };

/** What is known of pollers' polls. */
export const POLL_RECORDS: Collection<PollRecord> = {
  name: 'poll_records',
  indexed: [],
  time: 'updatedAt',
};

/** What pollers keep between their polls. */
export const POLL_STATES: Collection<PollState> = {
  name: 'poll_states',
  indexed: [],
  time: 'updatedAt',
};

/** A container each, in Azure. */
export const COLLECTIONS = [
  EVENTS,
  RUNS,
  SOURCES,
  RATE_WINDOWS,
  DEAD_LETTERS,
  TRIGGER_STATES,
  TRIGGER_VERSIONS,
  TRIGGER_STATS,
  LIMIT_STATES,
  WAITERS,
  REPLAYS,
  LEDGERS,
  TICKS,
  POLL_RECORDS,
  POLL_STATES,
] as const;
