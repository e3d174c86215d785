import {
  addHours,
  type HourStats,
  NOTHING,
  type TriggerStats,
  toHour,
} from '../domain/trigger-stats.ts';
import type { Tally } from './merged-counts.ts';

/** Counts of one trigger since the last write. */
export class TriggerTally implements Tally<TriggerStats> {
  readonly #hours = new Map<string, HourStats>();
  #lastRunAt: string | undefined;

  /** @param at Unix milliseconds */
  add(at: number, more: Partial<HourStats>): void {
    const hour = toHour(at);
    const known = this.#hours.get(hour) ?? NOTHING;
    this.#hours.set(hour, addHours(known, { ...NOTHING, ...more }));
  }

  addBegun(at: number): void {
    this.add(at, { runs: 1 });
    this.#lastRunAt = new Date(at).toISOString();
  }

  toDocument(id: string, now: number): TriggerStats {
    const hours = Object.fromEntries(this.#hours);
    const stats = { id, updatedAt: new Date(now).toISOString(), hours };
    return this.#lastRunAt === undefined ? stats : { ...stats, lastRunAt: this.#lastRunAt };
  }
}
