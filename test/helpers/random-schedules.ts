import { type Schedule, ScheduleSchema } from '../../shared/heddle/domain/schedule.ts';

export type Random = () => number;

/** Mulberry32: yields the same numbers for the same seed everywhere. */
export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

function upTo(random: Random, max: number): number {
  return Math.floor(random() * (max + 1));
}

/** Mostly night hours, when clocks change. */
function toHour(random: Random): number {
  return random() < 0.7 ? upTo(random, 4) : upTo(random, 23);
}

function toRange(from: number, length: number, max: number): string {
  return `${from}-${Math.min(max, from + length)}`;
}

const MINUTES: readonly ((random: Random) => string)[] = [
  (random) => String(upTo(random, 59)),
  () => '0',
  () => '30',
  () => '*/30',
  () => '*/20',
  () => '5/25',
  (random) => `${upTo(random, 29)},${30 + upTo(random, 29)}`,
  (random) => toRange(upTo(random, 55), 2, 59),
];

const HOURS: readonly ((random: Random) => string)[] = [
  () => '*',
  () => '0-23',
  () => '*/2',
  () => '*/6',
  () => '1-23/2',
  (random) => String(toHour(random)),
  (random) => String(toHour(random)),
  (random) => `${upTo(random, 2)},${3 + upTo(random, 20)}`,
  (random) => toRange(toHour(random), 3, 23),
];

const DAYS: readonly ((random: Random) => string)[] = [
  () => '* * *',
  () => '* * *',
  (random) => `${1 + upTo(random, 30)} * *`,
  () => 'L * *',
  (random) => `*/${2 + upTo(random, 9)} * *`,
  (random) => `* ${1 + upTo(random, 11)} *`,
  () => '* MAR,apr,SEP-NOV *',
  () => '* * 1-5',
  () => '* * SUN',
  () => '* * 0',
  () => '* * 7',
  () => '* * sat,sun',
  (random) => `* * ${upTo(random, 6)}#${1 + upTo(random, 3)}`,
  (random) => `* * ${upTo(random, 6)}L`,
  (random) => `${1 + upTo(random, 27)} * ${upTo(random, 6)}`,
  () => '29 2 *',
];

function toCron(random: Random): string {
  const hour = pick(random, HOURS)(random);
  const text = `${pick(random, MINUTES)(random)} ${hour} ${pick(random, DAYS)(random)}`;
  if (random() < 0.7) return text;
  return `${pick(random, ['0', '30', '15,45', '59'])} ${text}`;
}

function toInterval(random: Random): object {
  const interval = pick(random, ['90m', '1h', '7h', '1d', '1w', '45m', 5400.5]);
  return random() < 0.5 ? { interval } : { every: toEvery(random) };
}

function toEvery(random: Random): object {
  return pick<object>(random, [
    { hours: 6 },
    { days: 1 },
    { weeks: 1, days: 2 },
    { hours: 1, minutes: 30, seconds: 15 },
    { minutes: 37 },
  ]);
}

function toWhen(random: Random): object {
  const kind = random();
  if (kind < 0.7) return { cron: toCron(random) };
  if (kind < 0.75) return { cron: [toCron(random), toCron(random), '@daily'] };
  if (kind < 0.82) return { at: toTimeOfDay(random) };
  if (kind < 0.85) return { at: [toTimeOfDay(random), toTimeOfDay(random)] };
  return toInterval(random);
}

function toTimeOfDay(random: Random): string {
  return `0${toHour(random) % 10}:${pick(random, ['00', '15', '30', '59:30'])}`;
}

/** One in six has several parts. */
function toAllWhens(random: Random, toBounds: () => object): object {
  if (random() < 0.84) return toWhen(random);
  const toPart = () => ({
    ...toWhen(random),
    ...(random() < 0.3 ? toBounds() : {}),
    ...(random() < 0.2 ? { repeatedTime: 'twice' } : {}),
  });
  return { any: [toCron(random), toPart(), toPart()] };
}

/** Dates of a year, some of every year, and ranges, some of which touch. */
function toExclude(random: Random, year: number): readonly string[] {
  const toDate = (day: number) => new Date(Date.UTC(year, 0, day)).toISOString().slice(0, 10);
  return Array.from({ length: 1 + upTo(random, 8) }, () => {
    const day = 1 + upTo(random, 364);
    const kind = random();
    if (kind < 0.4) return toDate(day);
    if (kind < 0.7) return toDate(day).slice(5);
    return `${toDate(day)}/${toDate(day + upTo(random, 20))}`;
  });
}

/** Creates a schedule for one year; half of them begin or end within it. */
export function toRandomSchedule(random: Random, timezone: string, year: number): Schedule {
  const toTime = (from: number, days: number) =>
    new Date(Date.UTC(year, 0, from) + Math.floor(random() * days * 86_400) * 1000).toISOString();
  const toBounds = () => ({
    ...(random() < 0.3 ? { start: toTime(1, 120) } : {}),
    ...(random() < 0.3 ? { end: toTime(200, 160) } : {}),
    ...(random() < 0.3 ? { exclude: toExclude(random, year) } : {}),
  });
  return ScheduleSchema.parse({
    ...{ ...toAllWhens(random, toBounds), timezone },
    ...toBounds(),
    ...(random() < 0.25 ? { skippedTime: 'skip' } : {}),
    ...(random() < 0.25 ? { repeatedTime: 'twice' } : {}),
  });
}
