import { toExcludedList } from '../../domain/excluded-dates.ts';
import type { Schedule } from '../../domain/schedule.ts';
import { findTimeZone, type TimeZone } from './time-zone.ts';

/** Days that are left out, as days since 1970 on the wall clock. */
interface ExcludedDays {
  /** The run of excluded days around a day, both inclusive; undefined: the day is not excluded. */
  find(day: number): { readonly first: number; readonly last: number } | undefined;
  /**
   * Excluded days at which a search may arrive in a row before it gives up: a schedule for
   * Christmas alone, without Christmas, never fires.
   */
  readonly patience: number;
}

interface Times {
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
}

const DAY_MS = 86_400_000;
/** No zone is further than this from UTC. */
const FARTHEST_MS = DAY_MS;

/** @param dates `2026-12-25`, `12-25` or `2026-12-24/2027-01-01` */
function compileDays(dates: readonly string[]): ExcludedDays {
  const yearly = new Set(dates.filter((date) => date.length === 5));
  const ranges = merge(dates.filter((date) => date.length > 5).map(toRange));
  return {
    // Of the dates of every year, one of 29 February comes last, after eight years.
    patience: ranges.length + yearly.size * 8 + 64,
    find(day) {
      const range = ranges.find(({ first, last }) => first <= day && day <= last);
      if (range) return range;
      const monthAndDay = new Date(day * DAY_MS).toISOString().slice(-19, -14);
      return yearly.has(monthAndDay) ? { first: day, last: day } : undefined;
    },
  };
}

function toRange(text: string) {
  const [first = '', last = first] = text.split('/');
  return { first: Date.parse(first) / DAY_MS, last: Date.parse(last) / DAY_MS };
}

/** Ranges that touch become one, so that a search passes them in one step. */
function merge(ranges: readonly { readonly first: number; readonly last: number }[]) {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const open = merged.at(-1);
    if (open && first <= open.last + 1) open.last = Math.max(open.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** @throws {TerminalError} when the time zone is invalid */
export function withoutExcluded(
  times: Times,
  { exclude, timezone }: Pick<Schedule, 'exclude' | 'timezone'>,
): Times {
  const dates = toExcludedList(exclude);
  return dates.length === 0
    ? times
    : withoutDays(times, compileDays(dates), findTimeZone(timezone));
}

/** Leaves out the times at which the zone's clocks show an excluded day. */
function withoutDays(times: Times, days: ExcludedDays, zone: TimeZone): Times {
  const runAt = (time: number) => days.find(toDay(time, zone));
  return {
    next(after) {
      let time = times.next(after);
      for (let tries = 0; time !== undefined && tries < days.patience; tries++) {
        const run = runAt(time);
        if (!run) return time;
        time = times.next(toLastBefore(run.last + 1, time, zone));
      }
      return undefined;
    },
    previous(before) {
      let time = times.previous(before);
      for (let tries = 0; time !== undefined && tries < days.patience; tries++) {
        const run = runAt(time);
        if (!run) return time;
        time = times.previous(toFirstOf(run.first, time, zone));
      }
      return undefined;
    },
  };
}

function toDay(time: number, zone: TimeZone): number {
  return Math.floor((time + zone.stretchAt(time).offset) / DAY_MS);
}

/** The last moment from `time` on at which clocks show a day before `day`. */
function toLastBefore(day: number, time: number, zone: TimeZone): number {
  let at = Math.max(time, day * DAY_MS - FARTHEST_MS);
  for (;;) {
    const { until, offset } = zone.stretchAt(at);
    const midnight = day * DAY_MS - offset;
    if (midnight <= until) return Math.max(at, midnight - 1);
    at = until;
  }
}

/** The first moment up to `time` at which clocks show a day no earlier than `day`. */
function toFirstOf(day: number, time: number, zone: TimeZone): number {
  let at = Math.min(time, day * DAY_MS + FARTHEST_MS);
  for (;;) {
    const { from, offset } = zone.stretchAt(at);
    const midnight = day * DAY_MS - offset;
    if (midnight >= from) return Math.min(at, midnight);
    at = from - 1;
  }
}
