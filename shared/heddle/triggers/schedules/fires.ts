import { type Schedule, toStepMs } from '../../domain/schedule.ts';
import { createCronFires } from './cron-fires.ts';
import { isEvery, parseEvery } from './every-text.ts';
import { withoutExcluded } from './excluded-days.ts';
import { toList, toWholes, type Whole } from './schedule-parts.ts';

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
  const { next, previous } = toBounded(unite(toWholes(schedule).map(toPart)), schedule);
  return {
    ...{ next, previous },
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
type Bounds = Pick<Schedule, 'start' | 'end' | 'exclude' | 'timezone'>;

/** Fires whenever one of the sources does: once where they coincide. */
function unite(sources: readonly Source[]): Source {
  const [only] = sources;
  if (only && sources.length === 1) return only;
  const toTimes = (find: (source: Source) => number | undefined) =>
    sources.flatMap((source) => find(source) ?? []);
  return {
    next(after) {
      const times = toTimes((source) => source.next(after));
      return times.length > 0 ? Math.min(...times) : undefined;
    },
    previous(before) {
      const times = toTimes((source) => source.previous(before));
      return times.length > 0 ? Math.max(...times) : undefined;
    },
  };
}

function toPart({ bounds, ...whole }: Whole): Source {
  const source = unite(toSources(whole));
  return bounds ? toBounded(source, bounds) : source;
}

/** Leaves out what is before the start, after the end, and on excluded days. */
function toBounded(all: Source, bounds: Bounds): Source {
  const source = withoutExcluded(all, bounds);
  const start = Math.max(EARLIEST, toTime(bounds.start) ?? EARLIEST);
  const end = Math.min(LATEST, toTime(bounds.end) ?? LATEST);
  return {
    next(after) {
      if (!(after < end)) return undefined;
      const fire = source.next(Math.max(Math.floor(after), start - 1));
      return fire !== undefined && fire <= end ? fire : undefined;
    },
    previous(before) {
      if (!(before > start)) return undefined;
      const fire = source.previous(Math.min(Math.ceil(before), end + 1));
      return fire !== undefined && fire >= start ? fire : undefined;
    },
  };
}

function toSources(whole: Omit<Whole, 'bounds'>): readonly Source[] {
  const { interval, every, start } = whole;
  const origin = toTime(start) ?? EARLIEST;
  const crons = toList(whole.cron).map((text) =>
    isEvery(text) ? createInterval(parseEvery(text), origin) : createCronFires(text, whole),
  );
  const times = toList(whole.at).map((time) => createCronFires(toDaily(time), whole));
  if (crons.length + times.length > 0) return [...crons, ...times];
  return [createInterval(interval ?? toStepMs(every ?? {}), origin)];
}

function toDaily(time: string): string {
  const [hours, minutes, seconds = '0'] = time.split(':');
  return `${seconds} ${minutes} ${hours} * * *`;
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
