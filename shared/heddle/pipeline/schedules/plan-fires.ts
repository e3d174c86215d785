import type { Timeline } from './timeline.ts';

/** Fires this far ahead get their messages: a tick may come half a minute late and nobody notices. */
export const LOOK_AHEAD_MS = 90_000;
/** Looked at in one go. */
const MAX_FIRES = 1000;

/** What becomes of the fires of one trigger. Times are Unix milliseconds. */
export interface Plan {
  /** Those that get a message, oldest first. */
  readonly fires: readonly number[];
  readonly missed: number;
  /** No fire up to this is left to be planned. */
  readonly until: number;
  /** Those missed are before this. */
  readonly missedBefore: number;
  /** There are more that are due already. */
  readonly isCut: boolean;
}

/**
 * Which fires after `after` are to be made, and which were missed. What is past is judged by
 * `misfire`; where that wants one fire alone, it is the last, and the others are told to be missed
 * even if they are in time yet: nothing fires five times at once because the app was down.
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
  const until = Math.max(after, now + LOOK_AHEAD_MS);
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
  // With jitter what is past may be due later yet: that is not missed.
  const early = past.filter((fire) => timeline.toDue(fire) > now);
  const last = isCut ? timeline.previous(now + 1) : past.at(-1);
  if (last === undefined || early.includes(last) || !timeline.isWanted(last, now)) return early;
  return [...early, last].sort((a, b) => a - b);
}

function count(timeline: Timeline, after: number, until: number): number {
  return timeline.list({ after, until, max: MAX_FIRES }).length;
}
