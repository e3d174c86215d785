import { type Schedule, toStepMs } from '../../domain/schedule.ts';
import { createCronFires } from './cron-fires.ts';

/** A range of times in Unix milliseconds. */
export interface FireRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly until: number;
  readonly max: number;
}

/** The times at which a schedule fires. */
export interface Fires {
  /** Oldest first. */
  list(range: FireRange): readonly number[];
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
}

/** No fire is before 1970, or after the last year with four digits. */
const EARLIEST = 0;
export const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** @throws {TerminalError} when its cron or time zone is invalid: see `findScheduleFaults` */
export function createFires(schedule: Schedule): Fires {
  const source = toSource(schedule);
  const start = Math.max(EARLIEST, toTime(schedule.start) ?? EARLIEST);
  const end = Math.min(LATEST, toTime(schedule.end) ?? LATEST);
  const next = (after: number) => {
    if (!(after < end)) return undefined;
    const fire = source.next(Math.max(Math.floor(after), start - 1));
    return fire !== undefined && fire <= end ? fire : undefined;
  };
  return {
    next,
    previous(before) {
      if (!(before > start)) return undefined;
      const fire = source.previous(Math.min(Math.ceil(before), end + 1));
      return fire !== undefined && fire >= start ? fire : undefined;
    },
    list({ after, until, max }) {
      const fires: number[] = [];
      for (let fire = next(after); fire !== undefined && fire <= until; fire = next(fire)) {
        if (fires.length >= max) break;
        fires.push(fire);
      }
      return fires;
    },
  };
}

type Source = Pick<Fires, 'next' | 'previous'>;

function toSource(schedule: Schedule): Source {
  const { cron, at, interval, every, start } = schedule;
  if (cron !== undefined) return createCronFires(cron, schedule);
  if (at !== undefined) {
    const [hours, minutes, seconds = '0'] = at.split(':');
    return createCronFires(`${seconds} ${minutes} ${hours} * * *`, schedule);
  }
  return createInterval(interval ?? toStepMs(every ?? {}), toTime(start) ?? EARLIEST);
}

function toTime(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** Counts from one origin, so that fires never drift and all instances agree. */
function createInterval(step: number, origin: number): Source {
  return {
    next: (after) => origin + (Math.floor((after - origin) / step) + 1) * step,
    previous: (before) => origin + (Math.ceil((before - origin) / step) - 1) * step,
  };
}
