import { CronDate, CronPattern } from 'croner';
import { TerminalError } from '../../errors/errors.ts';
import { getOrCreate } from '../lru-cache.ts';

/**
 * Times of a cron text on a wall clock that is never changed, in milliseconds as if it showed UTC.
 * Each is a whole second.
 */
export interface Calendar {
  /** Whether all hours match, so that the times depend on minutes and seconds only. */
  readonly isEveryHour: boolean;
  next(after: number): number | undefined;
  previous(before: number): number | undefined;
}

/** Enough for lists of all values in six fields. */
const MAX_CHARS = 1000;
const MAX_CALENDARS = 2000;
/** Steps may begin with a number, as in Quartz: `0 0/15 * * * ?`. */
const AS_WRITTEN = { mode: '5-or-6-parts', sloppyRanges: true } as const;
/** Either a day of the month or a day of the week is enough if both are given, as in every cron. */
const EITHER_DAY = { domAndDow: false };
const UTC = 0;

const NICKNAMES = '@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly or @every 5m';
const SHAPES = 'or of them a list (1,3), a range upwards (2-5), a step (*/2) or all (*)';
const ALL_FIELDS = [
  ['second', '0-59'],
  ['minute', '0-59'],
  ['hour', '0-23'],
  ['day of the month', '1-31, L, LW or 15W'],
  ['month', '1-12 or JAN-DEC'],
  ['day of the week', '0-7, SUN-SAT, MON#2 or 5L'],
] as const;

const calendars = new Map<string, Calendar>();

/** @throws {TerminalError} that names the wrong field and what is expected there */
export function findCalendar(text: string): Calendar {
  return getOrCreate(calendars, text, MAX_CALENDARS, () => createCalendar(text));
}

/** Shared by all patterns: each would have a slot for ten thousand years, which is 80 KB. */
let everyYear: number[] | undefined;

function createCalendar(text: string): Calendar {
  const pattern = compile(text);
  everyYear ??= pattern.year;
  pattern.year = everyYear;
  const findNext = (after: number) =>
    toDate(after).increment(pattern, EITHER_DAY, false)?.getTime();
  const findPrevious = (before: number) =>
    toDate(before).decrement(pattern, EITHER_DAY, false)?.getTime();
  return { isEveryHour: pattern.hour.every(Boolean), ...withMemory(findNext, findPrevious) };
}

type Find = (from: number) => number | undefined;

/**
 * Remembers the last answer: the scheduler asks for the same fire every minute until it has come,
 * and there is no fire between the question and its answer. Finding a rare date takes a third of a
 * millisecond.
 */
function withMemory(findNext: Find, findPrevious: Find): Pick<Calendar, 'next' | 'previous'> {
  let [after, next, previous, before] = [0, 0, 0, 0];
  return {
    next(from) {
      if (from >= after && from < next) return next;
      const found = findNext(from);
      if (found !== undefined) [after, next] = [from, found];
      return found;
    },
    previous(from) {
      if (from > previous && from <= before) return previous;
      const found = findPrevious(from);
      if (found !== undefined) [previous, before] = [found, from];
      return found;
    },
  };
}

function toDate(wall: number): CronDate {
  return new CronDate(new Date(wall), UTC);
}

function compile(text: string): CronPattern {
  if (text.length > MAX_CHARS) throw toError(`expected at most ${MAX_CHARS} characters`);
  try {
    return new CronPattern(text, undefined, AS_WRITTEN);
  } catch (error) {
    throw toError(toFault(text), error);
  }
}

function toError(message: string, cause?: unknown): TerminalError {
  return new TerminalError('schedule_invalid', message, { cause });
}

/** Names the wrong field itself: the library's messages count days and months from 0. */
function toFault(text: string): string {
  if (text.startsWith('@')) return `unknown name "${text}": expected ${NICKNAMES}`;
  const given = text.trim().split(/\s+/);
  const fields = ALL_FIELDS.slice(given.length === 5 ? 1 : 0);
  if (given.length !== fields.length) {
    return `expected five fields, or six with seconds, found ${given.length}`;
  }
  const wrong = fields.findIndex((_, index) => !isSound(given, index));
  const [name, expected] = fields[wrong] ?? ['text', 'five fields, or six with seconds'];
  const found = given[wrong] ?? text;
  return `the ${name} "${found}" is none: expected ${expected}, ${SHAPES}`;
}

/** Whether a field is valid when all others are `*`. */
function isSound(given: readonly string[], index: number): boolean {
  const alone = given.map((field, at) => (at === index ? field : '*')).join(' ');
  try {
    return Boolean(new CronPattern(alone, undefined, AS_WRITTEN));
  } catch {
    return false;
  }
}
