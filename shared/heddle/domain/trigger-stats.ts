/** Counts of a trigger within one hour. */
export interface HourStats {
  /** Runs that began, or ended without beginning: one for each matched event. */
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  /** Attempts that have ended. */
  readonly attempts: number;
  /** Total duration of these attempts. */
  readonly totalMs: number;
  readonly maxMs: number;
}

/**
 * Counts of a trigger by hour, for as long as they are kept. A run counts in the hour in which it
 * begins and in the hour in which it ends; a run that is started again afterwards ends once more.
 */
export interface TriggerStats {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** By the start of the hour: `2026-01-01T08:00:00.000Z`. */
  readonly hours: Readonly<Record<string, HourStats>>;
  /** Time at which a run last began. */
  readonly lastRunAt?: string;
}

const HOUR_MS = 3_600_000;

/** Twice the shown range, so that clocks that differ by some hours lose nothing. */
const KEPT_HOURS = 48;

export const NOTHING: HourStats = {
  ...{ runs: 0, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 },
  ...{ attempts: 0, totalMs: 0, maxMs: 0 },
};

/** @param at Unix milliseconds @returns the start of the hour */
export function toHour(at: number): string {
  return new Date(at - (at % HOUR_MS)).toISOString();
}

export function addHours(a: HourStats, b: HourStats): HourStats {
  return {
    runs: a.runs + b.runs,
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    cancelled: a.cancelled + b.cancelled,
    attempts: a.attempts + b.attempts,
    totalMs: a.totalMs + b.totalMs,
    maxMs: Math.max(a.maxMs, b.maxMs),
  };
}

/** Adds the counts and drops old hours. */
export function mergeTriggerStats(a: TriggerStats, b: TriggerStats): TriggerStats {
  const updatedAt = later(a.updatedAt, b.updatedAt);
  const lastRunAt = later(a.lastRunAt ?? '', b.lastRunAt ?? '');
  const oldest = toHour(Date.parse(updatedAt) - KEPT_HOURS * HOUR_MS);
  const hours = new Map<string, HourStats>();
  for (const [hour, stats] of [...Object.entries(a.hours), ...Object.entries(b.hours)]) {
    if (hour > oldest) hours.set(hour, addHours(hours.get(hour) ?? NOTHING, stats));
  }
  const merged = { id: a.id, updatedAt, hours: Object.fromEntries(hours) };
  return lastRunAt === '' ? merged : { ...merged, lastRunAt };
}

/** Sums the hour of `now` and the 23 before. */
export function sumDay({ hours }: Pick<TriggerStats, 'hours'>, now: number): HourStats {
  const before = toHour(now - 24 * HOUR_MS);
  const recent = Object.entries(hours).filter(([hour]) => hour > before);
  return recent.reduce((sum, [, stats]) => addHours(sum, stats), NOTHING);
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
