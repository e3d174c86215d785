import type { Json, JsonObject } from './json.ts';

/**
 * Planned fires of a schedule or a poller, and their outcome. There is one document for each
 * trigger; the scheduler of any instance continues from it.
 */
export interface Ledger {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC, like all times below. */
  readonly updatedAt: string;
  readonly kind: 'schedule' | 'poll';
  /** Digest of the definition that was planned. A schedule whose definition changes starts anew. */
  readonly spec: string;
  /** Time since which this definition is planned. */
  readonly since: string;
  /** Every fire up to this time has its message, or was missed and counted. */
  readonly plannedUntil: string;
  /** The last fire that has a message. */
  readonly lastPlanned?: string;
  /** The first fire after {@link plannedUntil}; absent: there is none. */
  readonly next?: string;
  /**
   * Fires that got a message, and fires missed because nothing ran or because they were too late.
   * At most a thousand are counted for one long outage.
   */
  readonly planned: number;
  readonly missed: number;
  /** Fires whose message left no trace, and which got another message. */
  readonly rearmed: number;
  /** Every fire up to this time has left its trace, or was given up. */
  readonly seenUntil: string;
  /** Fires between these times were missed when they were planned, so they leave no trace. */
  readonly gap?: Gap;
  /** A fire whose trace is overdue. Removed when a later fire has left its trace. */
  readonly late?: Late;
  /** Why the fires cannot be computed. Nothing is planned meanwhile. */
  readonly error?: string;
}

export interface Gap {
  readonly after: string;
  readonly before: string;
}

export interface Late {
  readonly fire: string;
  /** Time at which this was noticed. */
  readonly since: string;
  /** Number of further messages that it was given. */
  readonly rearmed: number;
}

/** Heartbeat of the scheduler: one document, written about once a minute. */
export interface TickMark {
  readonly id: 'tick';
  readonly updatedAt: string;
}

/** Outcome of a poll. */
export type PollOutcome = 'skipped' | 'fired' | 'failed';

/** The poll that is running, and the delivery that claimed it. */
export interface PollClaim {
  readonly due: string;
  /** Time at which the claim expires. Its process is gone by then. */
  readonly until: string;
  readonly sequence: number;
  readonly delivery: number;
}

/** Times, outcomes and counts of a poller's polls. */
export interface PollRecord {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC, like all times below. */
  readonly updatedAt: string;
  /** Due time of the last poll that was begun or left out. */
  readonly lastDue?: string;
  /** Start of the last poll, and of the one before. */
  readonly lastPollAt?: string;
  readonly previousPollAt?: string;
  readonly lastOutcome?: PollOutcome;
  /** Duration of the last poll. */
  readonly durationMs?: number;
  /** Why the last poll failed, or what it could not read. Removed by a poll without either. */
  readonly error?: string;
  /** Failed polls in a row. */
  readonly failures: number;
  /** Time of the last poll that fired. */
  readonly lastFiredAt?: string;
  /** Polls that have ended, and all their events together. */
  readonly polls: number;
  readonly fires: number;
  /** Polls left out: an earlier one was running, they were too late, or the trigger was paused. */
  readonly leftOut: number;
  readonly busy?: PollClaim;
}

/** An event of a poll. */
export interface FoundEvent {
  readonly context: JsonObject;
  readonly event?: string;
  /** Absent: the trigger's name. */
  readonly type?: string;
  readonly time?: string;
}

/** State that a poller keeps between polls. It may be large, so lists of pollers leave it out. */
export interface PollState {
  /** The trigger's name. */
  readonly id: string;
  readonly updatedAt: string;
  /** The poller that the state belongs to. Another poller under the trigger's name starts anew. */
  readonly poller: string;
  /** The state as the poller returned it. */
  readonly state?: Json;
  /** The poll that returned it: its due time, and the delivery that made it. */
  readonly due: string;
  readonly sequence: number;
  readonly delivery: number;
  /** Number of events that the poll found, and the events themselves until they are sent. */
  readonly found: number;
  readonly unsent?: readonly FoundEvent[];
}
