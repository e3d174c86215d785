import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../infra/local/timer/timer-schedule.ts';

const nextOf = (expression: string, after: string) =>
  parseSchedule(expression).next(new Date(after))?.toISOString().replace('.000Z', 'Z');

describe('a cron schedule', () => {
  it.each([
    ['*/5 * * * *', '2026-01-01T00:00:01Z', '2026-01-01T00:05:00Z'],
    ['0 */5 * * * *', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z'],
    ['30 * * * * *', '2026-01-01T00:00:29.999Z', '2026-01-01T00:00:30Z'],
    ['0 30 9 * * 1-5', '2026-01-02T09:30:00Z', '2026-01-05T09:30:00Z'],
    ['0 0 0 * jan MON', '2026-01-31T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['0 0 0 * * Friday,sat', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'],
    ['0 0 0 31 * *', '2026-01-31T00:00:00Z', '2026-03-31T00:00:00Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 0 29 feb mon', '2026-01-01T00:00:00Z', '2044-02-29T00:00:00Z'],
    ['0 40/10 12 * * *', '2026-01-01T12:41:00Z', '2026-01-01T12:50:00Z'],
    ['0 0 20-8/6 * * *', '2026-01-01T08:00:00Z', '2026-01-01T14:00:00Z'],
  ])('%s after %s comes at %s', (expression, after, expected) => {
    expect(nextOf(expression, after)).toBe(expected);
  });

  it('needs the day of the month and the day of the week to match, unlike cron', () => {
    expect(nextOf('0 0 0 13 * 5', '2026-01-01T00:00:00Z')).toBe('2026-02-13T00:00:00Z');
  });

  it('on a day that never is never comes', () => {
    expect(nextOf('0 0 0 30 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['* * * *', /6 fields .* or 5 .* found 4/],
    ['60 * * * * *', /60 is no second: it must be from 0 to 59/],
    ['0 0 0 0 * *', /0 is no day/],
    ['0 0 0 * * 7', /7 is no day of week/],
    ['0 0 0 L * *', /"L" is no day/],
    ['0 0 0 ? * *', /"\?" is no day/],
    ['0 0 0 * * 5#2', /no whole number/],
    ['0 0 0 15W * *', /no whole number/],
    ['*/ * * * * *', /no whole number/],
    ['0 1,,2 * * * *', /"" is no minute/],
  ])('%s is refused', (expression, message) => {
    expect(() => parseSchedule(expression)).toThrow(message);
  });

  it.each([
    ['*/10 * * * * *', true],
    ['0 * * * * *', false],
    ['0,30 0 * * * *', false],
    ['00:00:59', true],
    ['00:01:00', false],
  ])('%s runs more than once a minute: %s', (expression, expected) => {
    expect(parseSchedule(expression).isSubMinute).toBe(expected);
  });
});

const fieldOf = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }).map((list) => list.join()),
  );
const limits = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;
const fields = fc.tuple(...limits.map(([min, max]) => fieldOf(min, max)));
const instants = fc.date({
  min: new Date('2024-01-01'),
  max: new Date('2030-01-01'),
  noInvalidDate: true,
});

/** The meaning of a field, implemented again and more simply than in the parser. */
function matches(field: string, min: number, value: number): boolean {
  return field.split(',').some((item) => {
    if (item === '*') return true;
    if (item.startsWith('*/')) return (value - min) % Number(item.slice(2)) === 0;
    const [first, last = first] = item.split('-').map(Number);
    return value >= Number(first) && value <= Number(last);
  });
}

function matchesAll(expression: string[], time: Date): boolean {
  const values = [
    time.getUTCSeconds(),
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth() + 1,
    time.getUTCDay(),
  ];
  return values.every((value, at) =>
    matches(expression[at] ?? '', (limits[at] as readonly [number, number])[0], value),
  );
}

describe('every cron schedule', () => {
  it('comes later than asked for, at a time that matches, with no earlier one between', () => {
    fc.assert(
      fc.property(
        fields,
        instants,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (spec, at, part) => {
          const next = parseSchedule(spec.join(' ')).next(at);
          if (!next) return;
          expect(next.getTime()).toBeGreaterThan(at.getTime());
          expect(matchesAll(spec, next)).toBe(true);
          // Every instant between has the same next one, so none of them matches.
          const between = new Date(at.getTime() + part * (next.getTime() - 1 - at.getTime()));
          expect(parseSchedule(spec.join(' ')).next(between)).toEqual(next);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('misses no match in the hour that follows', () => {
    fc.assert(
      fc.property(fieldOf(0, 59), fieldOf(0, 59), instants, (second, minute, at) => {
        const spec = [second, minute, '*', '*', '*', '*'];
        const start = Math.floor(at.getTime() / 1000) * 1000;
        const seconds = Array.from({ length: 3600 }, (_, i) => new Date(start + (i + 1) * 1000));
        const first = seconds.find((time) => matchesAll(spec, time));
        expect(parseSchedule(spec.join(' ')).next(at)).toEqual(first);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an interval', () => {
  it.each([
    ['00:00:30', 30],
    ['01:30', 5400],
    ['1.00:00:01', 86_401],
    ['24:00:00', 24 * 86_400],
    ['25:10:00', 25 * 86_400 + 36_000],
  ])('%s lasts %d seconds', (expression, seconds) => {
    const after = new Date('2026-01-01T00:00:00.250Z');
    expect(parseSchedule(expression).next(after)?.getTime()).toBe(after.getTime() + seconds * 1000);
  });

  it.each(['00:00:00', '00:60:00', '1.24:00:00'])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(SyntaxError);
  });

  it('does not adjust for daylight saving time, cron does', () => {
    expect(parseSchedule('00:05:00').adjustForDst).toBe(false);
    expect(parseSchedule('0 */5 * * * *').adjustForDst).toBe(true);
  });
});
