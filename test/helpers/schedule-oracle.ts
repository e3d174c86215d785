import { CronExpressionParser } from 'cron-parser';
import type { Schedule } from '../../shared/heddle/domain/schedule.ts';

/**
 * Computes fires of schedules slowly and without the product's code. For every quarter of an hour
 * of a year, Intl gives the local time. Each time in it is then compared with the fields as
 * cron-parser reads them.
 */
const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A quarter of an hour, with the local time at its start, written as if it were UTC. */
interface Quarter {
  readonly at: number;
  readonly wall: number;
}

/** Both in Unix milliseconds, on quarters of an hour; `until` is exclusive. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

export function toQuarters(timeZone: string, { from, until }: Period): readonly Quarter[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  const quarters: Quarter[] = [];
  for (let at = from; at < until; at += QUARTER_MS) {
    const wall = Date.parse(`${format.format(at).replace(', ', 'T')}Z`);
    quarters.push({ at, wall });
  }
  return quarters;
}

/** Finds local days on which the clocks change, for which libraries deliberately differ. */
export function findChangeDays(quarters: readonly Quarter[]): ReadonlySet<number> {
  const days = new Set<number>();
  for (const [index, { at, wall }] of quarters.entries()) {
    const last = quarters[index - 1];
    if (last === undefined || wall - last.wall === at - last.at) continue;
    for (const time of [last.wall, wall]) days.add(Math.floor(time / DAY_MS));
  }
  return days;
}

interface Fields {
  readonly isDay: (wall: number) => boolean;
  readonly hours: ReadonlySet<number>;
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

function readFields(text: string): Fields {
  const { fields } = CronExpressionParser.parse(text);
  const [dayText, , weekdayText] = text.split(' ').slice(-3);
  const { dayOfMonth, dayOfWeek, month } = fields;
  const days = new Set<unknown>(dayOfMonth.values);
  const weekdays = new Set(dayOfWeek.values.map((value) => Number.parseInt(String(value), 10) % 7));
  const months = new Set<number>(month.values);
  const isDayOfMonth = (date: Date) =>
    days.has(date.getUTCDate()) || (dayOfMonth.hasLastChar && isLast(date, 1));
  const isDayOfWeek = (date: Date) =>
    weekdays.has(date.getUTCDay()) &&
    (!dayOfWeek.hasLastChar || isLast(date, 7)) &&
    (dayOfWeek.nthDay <= 0 || Math.ceil(date.getUTCDate() / 7) === dayOfWeek.nthDay);
  return {
    hours: new Set<number>(fields.hour.values),
    minutes: fields.minute.values,
    seconds: fields.second.values,
    isDay(wall) {
      const date = new Date(wall);
      if (!months.has(date.getUTCMonth() + 1)) return false;
      if (weekdayText === '*') return isDayOfMonth(date);
      if (dayText === '*') return isDayOfWeek(date);
      return isDayOfMonth(date) || isDayOfWeek(date);
    },
  };
}

/** Whether the date this many days later is in another month. */
function isLast(date: Date, days: number): boolean {
  return new Date(date.getTime() + days * DAY_MS).getUTCMonth() !== date.getUTCMonth();
}

/** Lists the matching local times in the quarter of an hour from `wall` on. */
function findMeant(fields: Fields, wall: number): readonly number[] {
  const date = new Date(wall);
  if (!fields.hours.has(date.getUTCHours())) return [];
  const first = date.getUTCMinutes();
  const minutes = fields.minutes.filter((minute) => minute >= first && minute < first + 15);
  if (minutes.length === 0 || !fields.isDay(wall)) return [];
  return minutes.flatMap((minute) =>
    fields.seconds.map((second) => wall + (minute - first) * MINUTE_MS + second * 1000),
  );
}

function findCronFires(text: string, clocks: Schedule, quarters: readonly Quarter[]) {
  const fields = readFields(text);
  const isHourNamed = fields.hours.size < 24;
  const isMadeUp = isHourNamed && clocks.skippedTime === 'fire';
  const isOnce = isHourNamed && clocks.repeatedTime === 'once';
  const fires = new Set<number>();
  let shownUntil = quarters[0]?.wall ?? 0;
  for (const { at, wall } of quarters) {
    for (let left = shownUntil; isMadeUp && left < wall; left += QUARTER_MS) {
      if (findMeant(fields, left).length > 0) fires.add(at);
    }
    const isAgain = wall < shownUntil;
    const meant = isOnce && isAgain ? [] : findMeant(fields, wall);
    for (const time of meant) fires.add(at + time - wall);
    shownUntil = Math.max(shownUntil, wall + QUARTER_MS);
  }
  return [...fires];
}

const UNIT_SECONDS = { weeks: 604_800, days: 86_400, hours: 3600, minutes: 60, seconds: 1 };

function findSteps({ interval, every, start }: Schedule, { until }: Period): readonly number[] {
  let step = interval ?? 0;
  for (const [unit, count] of Object.entries(every ?? {})) {
    step += UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS] * (count ?? 0) * 1000;
  }
  const fires: number[] = [];
  for (let at = start === undefined ? 0 : Date.parse(start); at < until; at += step) fires.push(at);
  return fires;
}

/** The local date of a time, as `exclude` writes it. */
function createDate(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (time) => format.format(time);
}

function isExcluded(date: string, { exclude = [] }: Pick<Schedule, 'exclude'>): boolean {
  return [exclude].flat().some((entry) => {
    const [first = '', last = first] = entry.split('/');
    return entry.length === 5 ? date.endsWith(`-${entry}`) : first <= date && date <= last;
  });
}

type Bounds = Pick<Schedule, 'start' | 'end' | 'exclude'>;

function keepWithin(
  fires: readonly number[],
  bounds: Bounds,
  toDate: (time: number) => string,
): readonly number[] {
  const first = bounds.start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(bounds.start);
  const last = bounds.end === undefined ? Number.POSITIVE_INFINITY : Date.parse(bounds.end);
  return fires.filter((fire) => fire >= first && fire <= last && !isExcluded(toDate(fire), bounds));
}

function findPlainFires(schedule: Schedule, quarters: readonly Quarter[], period: Period) {
  const toDaily = (at: string) => {
    const [hour, minute, second = '0'] = at.split(':').map(Number);
    return `${second} ${minute} ${hour} * * *`;
  };
  const { cron = [], at = [] } = schedule;
  const texts = [...[cron].flat(), ...[at].flat().map(toDaily)];
  return texts.length === 0
    ? findSteps(schedule, period)
    : texts.flatMap((text) => findCronFires(text, schedule, quarters));
}

/** All parts of a schedule are in its own time zone. */
export function findFires(
  schedule: Schedule,
  quarters: readonly Quarter[],
  period: Period,
): readonly number[] {
  const { any, ...whole } = schedule;
  const toDate = createDate(schedule.timezone);
  const all = any
    ? any.flatMap((part) => {
        const fires = findPlainFires({ ...whole, ...part } as Schedule, quarters, period);
        return keepWithin(fires, part, toDate);
      })
    : findPlainFires(schedule, quarters, period);
  const within = all.filter((fire) => fire >= period.from && fire < period.until);
  return [...new Set(keepWithin(within, schedule, toDate))].sort((a, b) => a - b);
}
