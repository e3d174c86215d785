import type { Schedule } from '../../domain/schedule.ts';
import { findCalendar } from './calendar.ts';
import { findTimeZone, type Stretch } from './time-zone.ts';

/** Longer than any time that clocks skip or repeat. */
const SETTLED_MS = 2 * 86_400_000;

type Clocks = Pick<Schedule, 'timezone' | 'skippedTime' | 'repeatedTime'>;

/**
 * Computes when a wall clock shows the times of a cron text. Between two clock changes that is
 * plain arithmetic; at a change:
 *
 * 1. A schedule for every hour (`0 * * * *`, `0,30 * * * *`) follows real time: it fires whenever
 *    the clock shows such a time, so twice as often in a repeated hour, and a skipped hour is not
 *    made up for.
 * 2. A schedule that names hours fires once at the end of a skipped time that contains any of its
 *    times, or not at all, by `skippedTime`.
 * 3. It fires only the first time that a repeated time is shown, or both times, by `repeatedTime`.
 *
 * Vixie cron does the same for `0 * * * *` and `30 2 * * *`. It follows real time wherever minutes
 * or hours begin with `*`; here `*` minutes of an hour, and steps of hours, count as named hours.
 * @see https://github.com/vixie/cron (cron.c: the clock has changed)
 */
export function createCronFires(text: string, clocks: Clocks) {
  const calendar = findCalendar(text);
  const zone = findTimeZone(clocks.timezone);
  const toLowest = calendar.isEveryHour ? toShown : (of: Stretch) => toNamed(of, clocks);
  return {
    next(after: number): number | undefined {
      let stretch = zone.stretchAt(after + 1);
      for (;;) {
        const { from, until, offset } = stretch;
        const lowest = toLowest(stretch) - 1;
        const wall = calendar.next(after < from ? lowest : Math.max(lowest, after + offset));
        if (wall === undefined) return undefined;
        const fire = Math.max(wall - offset, from);
        if (fire < until) return fire;
        // A repeated time may be before `wall`, but only within this distance of the start.
        const isSettled = until > after + SETTLED_MS;
        stretch = zone.stretchAt(isSettled ? Math.max(until, fire - SETTLED_MS) : until);
      }
    },
    previous(before: number): number | undefined {
      let stretch = zone.stretchAt(before - 1);
      for (;;) {
        const { from, until, offset } = stretch;
        const wall = calendar.previous(Math.min(before, until) + offset);
        if (wall === undefined) return undefined;
        const fire = wall - offset;
        if (wall >= toLowest(stretch)) return Math.max(fire, from);
        const isSettled = from < before - SETTLED_MS;
        stretch = zone.stretchAt(isSettled ? Math.min(from - 1, fire + SETTLED_MS) : from - 1);
      }
    },
  };
}

/** The first time that clocks show in a stretch. */
function toShown({ from, offset }: Stretch): number {
  return from + offset;
}

/** The first time that counts: one skipped before the stretch may count, a repeated one may not. */
function toNamed(stretch: Stretch, { skippedTime, repeatedTime }: Clocks): number {
  const { from, offset, before } = stretch;
  const goesOn = offset > before ? skippedTime === 'fire' : repeatedTime === 'once';
  return goesOn ? from + before : toShown(stretch);
}
