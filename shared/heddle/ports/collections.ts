import type { DeadLetter } from '../domain/dead-letter.ts';
import type { EventRecord } from '../domain/event-record.ts';
import type { Ledger, PollRecord, PollState, TickMark } from '../domain/ledger.ts';
import type { LimitState, Waiter } from '../domain/limit-state.ts';
import type { ReplayJob } from '../domain/replay-job.ts';
import type { Run } from '../domain/run.ts';
import type { SourceStats } from '../domain/source-stats.ts';
import type { SuspectMark } from '../domain/suspect-mark.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import type { TriggerStats } from '../domain/trigger-stats.ts';
import type { TriggerVersion } from '../domain/trigger-version.ts';
import type { Collection } from './document-store.ts';

/** Collections of the store, each with the fields that its lists can be filtered by. */
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

/** Events that all instances of the app have admitted together in one window of a rate limit. */
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

/** The state of each trigger that has been paused or has failed. */
export const TRIGGER_STATES: Collection<TriggerState> = {
  name: 'trigger_states',
  indexed: ['status'],
  time: 'updatedAt',
};

/** Triggers as they were when they made runs, for replays. */
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

/** States of limits: held slots, cooldowns, deduplicated keys and open windows. */
export const LIMIT_STATES: Collection<LimitState> = {
  name: 'limit_states',
  indexed: [],
  time: 'updatedAt',
};

/** Runs that wait in line for a slot, ordered by turn. */
export const WAITERS: Collection<Waiter> = { name: 'waiters', indexed: ['slot'], time: 'turn' };

/** Replays by query. */
export const REPLAYS: Collection<ReplayJob> = {
  name: 'replays',
  indexed: ['status'],
  time: 'createdAt',
};

/** Planned fires of each schedule and poller. */
export const LEDGERS: Collection<Ledger> = {
  name: 'ledgers',
  indexed: ['kind'],
  time: 'updatedAt',
};

/** Heartbeat of the scheduler. */
export const TICKS: Collection<TickMark> = { name: 'ticks', indexed: [], time: 'updatedAt' };

/**
 * Messages that came again, as they are handled. They share the container of the heartbeat, so that
 * a deployment of code alone finds it there.
 */
export const SUSPECTS: Collection<SuspectMark> = {
  name: TICKS.name,
  indexed: [],
  time: TICKS.time,
};

/** Times, outcomes and counts of each poller's polls. */
export const POLL_RECORDS: Collection<PollRecord> = {
  name: 'poll_records',
  indexed: [],
  time: 'updatedAt',
};

/** State that pollers keep between their polls. */
export const POLL_STATES: Collection<PollState> = {
  name: 'poll_states',
  indexed: [],
  time: 'updatedAt',
};

/** All collections; each is a container in Azure. */
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
