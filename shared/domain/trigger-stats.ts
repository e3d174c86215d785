/** Counts of a trigger in one hour. */
export interface HourStats {
  /** Runs that have begun, or were recorded as skipped. */
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  /** Of attempts that have ended, in all. */
  readonly attempts: number;
  readonly totalMs: number;
  readonly maxMs: number;
}

/** Counts of a trigger by hour, for as long as they are kept. */
export interface TriggerStats {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** By the hour's beginning: `2026-01-01T08:00:00.000Z`. */
  readonly hours: Readonly<Record<string, HourStats>>;
  /** When a run last began. */
  readonly lastRunAt?: string;
}
