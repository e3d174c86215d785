import type { Clock } from '../../ports/clock.ts';

/** The machine's clock. `fixedNow` (Unix milliseconds) fixes `now` but not the timers. */
export function createSystemClock(fixedNow?: number): Clock {
  return {
    now: fixedNow === undefined ? Date.now : () => fixedNow,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}
