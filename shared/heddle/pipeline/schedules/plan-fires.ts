import type { Timeline } from './timeline.ts';

/** How far ahead fires get their messages: a tick that is half a minute late makes no fire late. */
export const PLAN_AHEAD_MS = 90_000;
/** Maximum number of fires that are planned at a time. */
const MAX_FIRES = 1000;

/** Plan for the fires of one trigger. Times are Unix milliseconds. */
export interface Plan {
  /** Fires that get a message, oldest first. */
  readonly fires: readonly number[];
  readonly missed: number;
  /** Time up to which every fire is planned. */
  readonly until: number;
  /** Every missed fire is before this time. */
  readonly missedBefore: number;
  /** More fires are already due. */
  readonly isCut: boolean;
}

/**
 * Plans the fires after `after`: those to make, and those that were missed. `misfire` decides about
 * past fires. Where it allows one fire only, that is the last; the others count as missed even if
 * they are still in time: nothing fires five times at once because the app was down.
 */
export function planFires(timeline: Timeline, after: number, now: number): Plan {
  const { misfire, catchUpWindow } = timeline.schedule;
  const begin = Math.max(after, now - catchUpWindow);
  const gone = begin > after ? count(timeline, after, begin) : 0;
  const past = timeline.list({ after: begin, until: now, max: MAX_FIRES });
  const isCut = past.length === MAX_FIRES;
  if (isCut && misfire === 'catchUp') {
    return { fires: past, missed: gone, missedBefore: begin + 1, until: past.at(-1) ?? now, isCut };
  }
  const wanted = misfire === 'catchUp' ? past : toLast(timeline, past, now, isCut);
  const until = Math.max(after, now + PLAN_AHEAD_MS);
  const ahead = timeline.list({ after: Math.max(after, now), until, max: MAX_FIRES });
  const missed = gone + past.length - wanted.length;
  const missedBefore = misfire === 'catchUp' ? begin + 1 : (wanted.at(-1) ?? now + 1);
  return { fires: [...wanted, ...ahead], missed, missedBefore, until, isCut: false };
}

function toLast(
  timeline: Timeline,
  past: readonly number[],
  now: number,
  isCut: boolean,
): readonly number[] {
  // With jitter a past fire may be due later: it is not missed.
  const early = past.filter((fire) => timeline.toDue(fire) > now);
  const last = isCut ? timeline.previous(now + 1) : past.at(-1);
  if (last === undefined || early.includes(last) || !timeline.isWanted(last, now)) return early;
  return [...early, last].sort((a, b) => a - b);
}

function count(timeline: Timeline, after: number, until: number): number {
  return timeline.list({ after, until, max: MAX_FIRES }).length;
}
