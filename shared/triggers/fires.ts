import { Cron } from 'croner';
import type { Schedule } from '../domain/schedule.ts';

/** All in Unix milliseconds. */
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

const DAY_MS = 86_400_000;
const UNIT_MS = {
  weeks: 7 * DAY_MS,
  days: DAY_MS,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
};

export function createFires(schedule: Schedule): Fires {
  const source = toSource(schedule);
  const start =
    schedule.start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(schedule.start);
  const end = schedule.end === undefined ? Number.POSITIVE_INFINITY : Date.parse(schedule.end);
  const next = (after: number) => {
    const fire = source.next(Math.max(after, start - 1));
    return fire !== undefined && fire <= end ? fire : undefined;
  };
  return {
    next,
    previous(before) {
      const fire = source.previous(Math.min(before, end + 1));
      return fire !== undefined && fire >= start ? fire : undefined;
    },
    list({ after, until, max }) {
      const fires: number[] = [];
      for (let fire = next(after); fire !== undefined && fire <= until; fire = next(fire)) {
        if (fires.push(fire) === max) break;
      }
      return fires;
    },
  };
}

type Source = Pick<Fires, 'next' | 'previous'>;

function toSource(schedule: Schedule): Source {
  const { cron, at, interval, every, start } = schedule;
  if (cron !== undefined) return createCron(cron, schedule);
  if (at !== undefined) {
    const [hours, minutes, seconds = '0'] = at.split(':');
    return createCron(`${seconds} ${minutes} ${hours} * * *`, schedule);
  }
  const units = Object.entries(every ?? {}) as [keyof typeof UNIT_MS, number][];
  const step = interval ?? units.reduce((sum, [unit, count]) => sum + UNIT_MS[unit] * count, 0);
  return createInterval(step, start === undefined ? 0 : Date.parse(start));
}

function createInterval(step: number, origin: number): Source {
  return {
    next: (after) => origin + (Math.floor((after - origin) / step) + 1) * step,
    previous: (before) => origin + (Math.ceil((before - origin) / step) - 1) * step,
  };
}

function createCron(text: string, { timezone }: Schedule): Source {
  const cron = new Cron(text, { timezone });
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
    previous: (before) => cron.previousRuns(1, new Date(before))[0]?.getTime(),
  };
}
