import { type HourStats, NOTHING, type TriggerStats, toHour } from '../../domain/trigger-stats.ts';
import type { Tally } from './merged-counts.ts';

type Counts = { -readonly [Field in keyof HourStats]: number };

const HOUR_MS = 3_600_000;

/**
 * Counts of one trigger since the last write. They are changed in place, since every run passes
 * here.
 */
export class TriggerTally implements Tally<TriggerStats> {
  /** By the number of the hour since 1970. */
  readonly #hours = new Map<number, Counts>();
  #lastRunAt: number | undefined;

  /** @param at Unix milliseconds @returns the counts of that hour, to be added to */
  at(at: number): Counts {
    const hour = Math.floor(at / HOUR_MS);
    const known = this.#hours.get(hour);
    if (known) return known;
    const counts = { ...NOTHING };
    this.#hours.set(hour, counts);
    return counts;
  }

  addBegun(at: number): void {
    this.at(at).runs++;
    this.#lastRunAt = at;
  }

  toDocument(id: string, now: number): TriggerStats {
    const entries = [...this.#hours].map(([hour, counts]) => [
      toHour(hour * HOUR_MS),
      { ...counts },
    ]);
    const stats = { id, updatedAt: toText(now), hours: Object.fromEntries(entries) };
    return this.#lastRunAt === undefined ? stats : { ...stats, lastRunAt: toText(this.#lastRunAt) };
  }
}

function toText(at: number): string {
  return new Date(at).toISOString();
}
