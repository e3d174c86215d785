import { CronExpressionParser } from 'cron-parser';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../../shared/heddle/domain/schedule.ts';
import { createFires } from '../../../shared/heddle/triggers/schedules/fires.ts';
import { createRandom, toRandomSchedule } from '../../helpers/random-schedules.ts';
import {
  findChangeDays,
  findFires,
  type Period,
  toQuarters,
} from '../../helpers/schedule-oracle.ts';

/** Time zones, each with a year in which its clocks change, where there is one. */
const ZONES: readonly (readonly [timezone: string, year: number])[] = [
  ['America/New_York', 2026],
  ['Europe/Berlin', 2026],
  ['Europe/London', 2026],
  ['Australia/Lord_Howe', 2026], // by half an hour
  ['Africa/Casablanca', 2026], // back in Ramadan
  ['Pacific/Chatham', 2026], // at 02:45
  ['America/St_Johns', 2026],
  ['America/Sao_Paulo', 2018], // at midnight
  ['Asia/Tehran', 2021], // at midnight, by half past from UTC
  ['Pacific/Apia', 2011], // 30 December is left out
  ['Asia/Kolkata', 2026],
  ['UTC', 2028], // with 29 February
];
/** The slow tests have them all; a dozen in each zone is what `npm test` has time for. */
const SCHEDULES = process.env.HEDDLE_TEST_SLOW === 'on' ? 500 : 144;
/** Number of fires per cron expression; the other library is slow. */
const TAKEN = 60;

const cases = ZONES.map(([timezone, year], index) => {
  const random = createRandom(index);
  const count = Math.ceil((SCHEDULES - index) / ZONES.length);
  const schedules = Array.from({ length: count }, () => toRandomSchedule(random, timezone, year));
  return { timezone, year, schedules, random };
});

function toPeriod(year: number): Period {
  return { from: Date.UTC(year, 0, 1), until: Date.UTC(year + 1, 0, 1) };
}

function list(schedule: Schedule, { from, until }: Period): readonly number[] {
  const range = { after: from - 1, until: until - 1, max: Number.POSITIVE_INFINITY };
  return createFires(schedule).list(range);
}

/**
 * Finds the first difference; undefined for equal lists. Comparing whole lists takes longer than
 * computing them.
 */
function findDifference(found: readonly number[], expected: readonly number[]) {
  const length = Math.max(found.length, expected.length);
  for (let index = 0; index < length; index++) {
    if (found[index] === expected[index]) continue;
    const toText = (time?: number) => (time === undefined ? 'none' : new Date(time).toISOString());
    return { found: toText(found[index]), expected: toText(expected[index]) };
  }
  return undefined;
}

it('has a dozen schedules and more in each of twelve zones', () => {
  expect(cases.flatMap(({ schedules }) => schedules)).toHaveLength(SCHEDULES);
  expect(cases).toHaveLength(12);
});

describe.each(cases)('a year of $timezone, $year', ({ timezone, year, schedules, random }) => {
  const period = toPeriod(year);
  const quarters = toQuarters(timezone, period);

  it('fires when clocks show what is meant, and at no other time', () => {
    for (const schedule of schedules) {
      const expected = findFires(schedule, quarters, period);
      const difference = findDifference(list(schedule, period), expected);
      expect(difference, JSON.stringify(schedule)).toBeUndefined();
    }
  });

  it('fires as another library has it, on days without a change of the clocks', () => {
    const changes = findChangeDays(quarters);
    const walls = new Map(quarters.map(({ at, wall }) => [at, wall]));
    const isPlain = (fire: number) =>
      !changes.has(Math.floor((walls.get(fire - (fire % 900_000)) ?? 0) / 86_400_000));
    for (const schedule of schedules.filter(({ cron }) => typeof cron === 'string')) {
      const from = period.from + Math.floor(random() * 300) * 86_400_000;
      const theirs = CronExpressionParser.parse(schedule.cron as string, {
        ...{ tz: timezone, currentDate: new Date(from) },
      });
      const taken = theirs.take(TAKEN).map((date) => date.getTime());
      const until = Math.min(taken.at(-1) ?? from, period.until - 1);
      const { start: _start, end: _end, exclude: _left, ...whole } = schedule;
      const ours = list(whole, { from: from + 1, until: until + 1 });
      const expected = taken.filter((fire) => fire <= until && isPlain(fire));
      const difference = findDifference(ours.filter(isPlain), expected);
      expect(difference, JSON.stringify(schedule)).toBeUndefined();
    }
  });
});
