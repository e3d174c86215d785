import type { Json, JsonObject } from './json.ts';

/**
 * What has been planned of a schedule or a poller, and what came of it. One document a trigger; whoever
 * ticks goes on from it.
 */
export interface Ledger {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC, as all times below. */
  readonly updatedAt: string;
  readonly kind: 'schedule' | 'poll';
  /** A digest of what it was planned by: a schedule that has changed begins anew. */
  readonly spec: string;
  /** Since when it is planned by that. */
  readonly since: string;
  /** Every fire up to this has its message, or was missed and is counted. */
  readonly plannedUntil: string;
  /** The last fire that has a message. */
  readonly lastPlanned?: string;
  /** The first fire after {@link plannedUntil}; absent: there is none. */
  readonly next?: string;
  /**
   * Fires that got a message, and those that were missed: nothing ran, or it was too late. Of a long
   * outage not more than a thousand are counted.
   */
  readonly planned: number;
  readonly missed: number;
  /** Fires that had a message and left no trace: they were given another. */
  readonly rearmed: number;
  /** Every fire up to this has left its trace, or is given up. */
  readonly seenUntil: string;
  /** Fires after and before these were missed at their planning: they cannot leave a trace. */
  readonly gap?: Gap;
  /** A fire that should have left its trace and has not; gone with the next one that has. */
  readonly late?: Late;
  /** Why its fires cannot be told; nothing is planned meanwhile. */
  readonly error?: string;
}

export interface Gap {
  readonly after: string;
  readonly before: string;
}

export interface Late {
  readonly fire: string;
  /** When that was noticed. */
  readonly since: string;
  /** How often it was given another message. */
  readonly rearmed: number;
}

/** That the clock of schedules goes: one document, written about once a minute. */
export interface TickMark {
  readonly id: 'tick';
  readonly updatedAt: string;
}

/** How a poll has ended. */
export type PollOutcome = 'skipped' | 'fired' | 'failed';

/** The poll that goes on at present, and the delivery that has it. */
export interface PollClaim {
  readonly due: string;
  /** Until when it may: its process is gone by then. */
  readonly until: string;
  readonly sequence: number;
  readonly delivery: number;
}

/** What is known of a poller's polls. */
export interface PollRecord {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC, as all times below. */
  readonly updatedAt: string;
  /** When the poll was due that was last begun or left out. */
  readonly lastDue?: string;
  /** When the last one has begun, and the one before. */
  readonly lastPollAt?: string;
  readonly previousPollAt?: string;
  readonly lastOutcome?: PollOutcome;
  /** Of the last poll. */
  readonly durationMs?: number;
  /** Why the last one has failed, or what it could not see; gone after one with neither. */
  readonly error?: string;
  /** Polls in a row that have failed. */
  readonly failures: number;
  /** When it last fired. */
  readonly lastFiredAt?: string;
  /** Polls that have ended, and the events of them all. */
  readonly polls: number;
  readonly fires: number;
  /** Polls that were not made: one before went on, it was too late for them, or a pause. */
  readonly leftOut: number;
  readonly busy?: PollClaim;
}

/** An event of a poll. */
export interface FoundEvent {
  readonly context: JsonObject;
  readonly event?: string;
  readonly time?: string;
}

/** What a poller keeps between its polls. It may be long: lists of pollers do without it. */
export interface PollState {
  /** The trigger's name. */
  readonly id: string;
  readonly updatedAt: string;
  /** Whose state it is: another poller under the trigger's name begins anew. */
  readonly poller: string;
  /** As the poller has left it. */
  readonly state?: Json;
  /** The poll that has left it: when it was due, and by which delivery it was made. */
  readonly due: string;
  readonly sequence: number;
  readonly delivery: number;
  /** How many events it has found, and these, until they are on their way. */
  readonly found: number;
  readonly unsent?: readonly FoundEvent[];
}
