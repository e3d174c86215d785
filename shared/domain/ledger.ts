import type { Json } from './json.ts';

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
  /** Every fire up to this has its message, or was missed and is counted. */
  readonly plannedUntil: string;
  /** The last fire that has a message. */
  readonly lastPlanned?: string;
  /** The first fire after {@link plannedUntil}; absent: there is none. */
  readonly next?: string;
  /** Fires that got a message, and those that were missed: nothing ran, or it was too late. */
  readonly planned: number;
  readonly missed: number;
  /** Fires that had a message and left no trace: they were given another. */
  readonly rearmed: number;
  /** Every fire up to this is known to have left its trace. */
  readonly seenUntil: string;
  /** Why its fires cannot be told; nothing is planned meanwhile. */
  readonly error?: string;
}

/** How a poll has ended. */
export type PollOutcome = 'skipped' | 'fired' | 'failed';

/** What a poller keeps between its polls. */
export interface PollRecord {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC, as all times below. */
  readonly updatedAt: string;
  /** As the poller has left it. */
  readonly state?: Json;
  /** When the poll was due that was last begun. */
  readonly lastDue?: string;
  readonly lastPollAt?: string;
  readonly lastOutcome?: PollOutcome;
  /** Of the last poll. */
  readonly durationMs?: number;
  /** Why the last one has failed; gone after one that has not. */
  readonly error?: string;
  /** Polls in a row that have failed. */
  readonly failures: number;
  /** When it last fired, and how often since it is known. */
  readonly lastFiredAt?: string;
  readonly polls: number;
  readonly fires: number;
  /** The poll that goes on at present, and until when it may. */
  readonly busy?: { readonly due: string; readonly until: string };
}
