import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { createFires } from '../../../shared/heddle/triggers/schedules/fires.ts';
import { previewFires } from '../../../shared/heddle/triggers/schedules/preview.ts';
import { createRandom, toRandomSchedule } from '../../helpers/random-schedules.ts';

/** The next fires in local time, without the seconds. */
function show(given: object, from: string, count: number): readonly string[] {
  const schedule = ScheduleSchema.parse(given);
  const fires = previewFires(schedule, { from: Date.parse(from), count });
  return fires.map(({ local }) => local.slice(5).replace(':00-', '-').replace(':00+', '+'));
}

function list(given: object, after: string, max = 5): readonly string[] {
  const fires = createFires(ScheduleSchema.parse(given));
  const range = { after: Date.parse(after), until: Date.UTC(2999, 0, 1), max };
  return fires.list(range).map((fire) => new Date(fire).toISOString());
}

const NEW_YORK = { timezone: 'America/New_York' };
/** On 8 March the local times from 02:00 to 03:00 do not exist. */
const BEFORE_SPRING = '2026-03-08T05:30:00Z';
/** On 1 November the local times from 01:00 to 02:00 occur twice. */
const BEFORE_AUTUMN = '2026-11-01T04:30:00Z';

describe('a time that the clocks leave out', () => {
  it('fires once, when they have gone forward', () => {
    const next = ['03-08T03:00-04:00', '03-09T02:30-04:00'];
    expect(show({ cron: '30 2 * * *', ...NEW_YORK }, BEFORE_SPRING, 2)).toEqual(next);
    expect(show({ at: '02:30', ...NEW_YORK }, BEFORE_SPRING, 2)).toEqual(next);
  });

  it('fires once with all the others that are left out, and with the one that is due then', () => {
    const cron = '*/15 2,3 * * *';
    const next = ['03-08T03:00-04:00', '03-08T03:15-04:00', '03-08T03:30-04:00'];
    expect(show({ cron, ...NEW_YORK }, BEFORE_SPRING, 3)).toEqual(next);
  });

  it('does not fire where it is to be skipped', () => {
    const given = { cron: '30 2 * * *', ...NEW_YORK, skippedTime: 'skip' };
    expect(show(given, BEFORE_SPRING, 1)).toEqual(['03-09T02:30-04:00']);
  });

  it('is half an hour on Lord Howe, and a whole day in Samoa', () => {
    const howe = { at: '02:15', timezone: 'Australia/Lord_Howe' };
    expect(show(howe, '2026-10-03T00:00:00Z', 2)).toEqual([
      '10-04T02:30+11:00',
      '10-05T02:15+11:00',
    ]);
    const friday = { cron: '0 12 * * 5', timezone: 'Pacific/Apia' };
    const next = ['12-31T00:00+14:00', '01-06T12:00+14:00'];
    expect(show(friday, '2011-12-25T00:00:00Z', 2)).toEqual(next);
  });
});

describe('a time that is shown twice', () => {
  it('fires the first time', () => {
    const next = ['11-01T01:30-04:00', '11-02T01:30-05:00'];
    expect(show({ cron: '30 1 * * *', ...NEW_YORK }, BEFORE_AUTUMN, 2)).toEqual(next);
  });

  it.each(['30 1 * * *', '30 1 * * SUN', '30 1 1 11 *'])(
    'fires both times if asked: %s',
    (cron) => {
      const given = { cron, ...NEW_YORK, repeatedTime: 'twice' };
      const next = ['11-01T01:30-04:00', '11-01T01:30-05:00'];
      expect(show(given, BEFORE_AUTUMN, 2)).toEqual(next);
    },
  );

  it('is asked for from within: the first has passed, or the second is still to come', () => {
    const between = '2026-11-01T05:45:00Z';
    const once = { cron: '30 1 * * SUN', ...NEW_YORK };
    expect(show(once, between, 1)).toEqual(['11-08T01:30-05:00']);
    expect(show({ ...once, repeatedTime: 'twice' }, between, 1)).toEqual(['11-01T01:30-05:00']);
  });
});

describe('a cron for every hour', () => {
  it.each(['*/30 * * * *', '0,30 0-23 * * *', '0 */30 * * * *'])(
    'follows real time: %s',
    (cron) => {
      const toGaps = (after: string) => {
        const fires = list({ cron, ...NEW_YORK }, after, 8).map((fire) => Date.parse(fire));
        return new Set(fires.slice(1).map((fire, index) => fire - (fires[index] ?? 0)));
      };
      expect(toGaps(BEFORE_SPRING)).toEqual(new Set([1_800_000]));
      expect(toGaps(BEFORE_AUTUMN)).toEqual(new Set([1_800_000]));
    },
  );

  it('names hours when it has steps of them', () => {
    const cron = '0 */2 * * *';
    const spring = ['03-08T03:00-04:00', '03-08T04:00-04:00'];
    expect(show({ cron, ...NEW_YORK }, BEFORE_SPRING, 2)).toEqual(spring);
  });
});

describe('a cron', () => {
  const FROM = '2026-01-01T00:00:00Z';

  it.each([
    ['0 0 L * *', '2026-01-31T00:00:00.000Z'],
    ['0 0 LW * *', '2026-01-30T00:00:00.000Z'],
    ['0 0 17W * *', '2026-01-16T00:00:00.000Z'],
    ['0 0 * * MON#2', '2026-01-12T00:00:00.000Z'],
    ['0 0 * * 5L', '2026-01-30T00:00:00.000Z'],
    ['0 0 29 2 *', '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2026-01-02T00:00:00.000Z'],
    ['0 0 13 * +5', '2026-02-13T00:00:00.000Z'],
    ['0 0/15 * * * ?', '2026-01-01T00:15:00.000Z'],
    ['5 0 0 * * *', '2026-01-01T00:00:05.000Z'],
    ['@weekly', '2026-01-04T00:00:00.000Z'],
    ['@DAILY', '2026-01-02T00:00:00.000Z'],
  ])('%s fires next at %s', (cron, next) => {
    expect(list({ cron }, FROM, 1)).toEqual([next]);
  });

  it('that has no date ends at once', () => {
    const fires = createFires(ScheduleSchema.parse({ cron: '0 0 31 2 *', ...NEW_YORK }));
    expect([fires.next(Date.UTC(2026, 0)), fires.previous(Date.UTC(2026, 0))]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each(['0 8 * * 1:5', '* * * * L', '0 0 0 0 0', `${'0,'.repeat(2000)}0 * * * *`, '@reboot'])(
    'that is none is refused, and says so: %.20s',
    (cron) => {
      expect(() => createFires(ScheduleSchema.parse({ cron }))).toThrow(
        expect.objectContaining({ code: 'schedule_invalid' }),
      );
    },
  );
});

describe('an interval', () => {
  it('is counted from 1970 in UTC, so that all instances agree', () => {
    const next = ['2026-03-08T12:00:00.000Z', '2026-03-08T18:00:00.000Z'];
    expect(list({ every: { hours: 6 }, ...NEW_YORK }, '2026-03-08T06:00:01Z', 2)).toEqual(next);
  });

  it('is counted from its start, and adds up', () => {
    const given = { every: { days: 1, minutes: 30 }, start: '2026-03-07T12:00:00.250-05:00' };
    const next = ['2026-03-07T17:00:00.250Z', '2026-03-08T17:30:00.250Z'];
    expect(list(given, '2020-01-01T00:00:00Z', 2)).toEqual(next);
  });

  it('of a day is 24 hours, though the day has 23', () => {
    const given = { interval: '1d', start: '2026-03-07T12:00:00-05:00', ...NEW_YORK };
    expect(show(given, '2026-03-07T00:00:00Z', 2)).toEqual([
      '03-07T12:00-05:00',
      '03-08T13:00-04:00',
    ]);
  });

  it('below a minute is that', () => {
    const next = ['2026-01-01T00:00:01.500Z', '2026-01-01T00:00:03.000Z'];
    expect(list({ interval: '1500ms' }, '2026-01-01T00:00:00Z', 2)).toEqual(next);
  });

  it('adds up to a year at most', () => {
    const { error } = ScheduleSchema.safeParse({ every: { weeks: 9_000_000_000 } });
    expect(JSON.stringify(error)).toContain('expected at most 365 days in all');
  });
});

describe('start and end', () => {
  const given = { cron: '0 * * * *', start: '2026-01-01T02:00:00Z', end: '2026-01-01T04:00:00Z' };
  const fires = createFires(ScheduleSchema.parse(given));

  it('are both within', () => {
    expect(list(given, '2026-01-01T00:00:00Z')).toEqual([
      '2026-01-01T02:00:00.000Z',
      '2026-01-01T03:00:00.000Z',
      '2026-01-01T04:00:00.000Z',
    ]);
  });

  it('hold backwards, too', () => {
    const times = [3, 2.0001, 2, 99].map((hour) =>
      fires.previous(Date.UTC(2026, 0, 1) + hour * 3.6e6),
    );
    expect(times).toEqual([2, 2, undefined, 4].map((hour) => hour && Date.UTC(2026, 0, 1, hour)));
  });
});

describe('any schedule', () => {
  const zones = ['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'UTC'] as const;
  const schedules = fc
    .record({ seed: fc.nat(), zone: fc.constantFrom(...zones) })
    .map(({ seed, zone }) => toRandomSchedule(createRandom(seed), zone, 2026));
  const times = fc.integer({ min: Date.UTC(2025, 11), max: Date.UTC(2027, 1) });

  it('goes back the way it came', () => {
    const check = fc.property(schedules, times, (schedule, time) => {
      const fires = createFires(schedule);
      const next = fires.next(time);
      const previous = fires.previous(time + 1);
      if (next !== undefined) expect(next).toBeGreaterThan(time);
      if (previous !== undefined) expect(previous).toBeLessThanOrEqual(time);
      if (next !== undefined) expect(fires.previous(next)).toBe(previous);
      if (previous !== undefined) expect(fires.next(previous)).toBe(next);
    });
    fc.assert(check, { numRuns: 500 });
  });

  it('answers for any time there is, and none', () => {
    const fires = createFires(ScheduleSchema.parse({ at: '02:30', ...NEW_YORK }));
    const next = Date.UTC(1970, 0, 1, 7, 30);
    for (const time of [Number.NEGATIVE_INFINITY, -8.64e15, -1])
      expect(fires.next(time)).toBe(next);
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15]) {
      expect(fires.next(time)).toBeUndefined();
    }
    expect(fires.previous(Number.NaN)).toBeUndefined();
    expect(fires.list({ after: 0, until: next, max: 0 })).toEqual([]);
  });
});
