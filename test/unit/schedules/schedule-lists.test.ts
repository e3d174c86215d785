import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { createFires } from '../../../shared/heddle/triggers/schedules/fires.ts';
import {
  previewExcluded,
  previewFires,
} from '../../../shared/heddle/triggers/schedules/preview.ts';
import { findScheduleFault } from '../../../shared/heddle/triggers/schedules/schedule-faults.ts';

const THURSDAY = '2026-12-24T00:00:00Z';

function list(given: unknown, after = THURSDAY, max = 4): readonly string[] {
  const fires = createFires(ScheduleSchema.parse(given));
  const range = { after: Date.parse(after), until: Date.UTC(2999, 0, 1), max };
  return fires.list(range).map((fire) => new Date(fire).toISOString().slice(5, 16));
}

const faultOf = (given: unknown) => findScheduleFault(ScheduleSchema.parse(given));

describe('a list of times', () => {
  it('fires at each of them', () => {
    const next = ['12-24T02:00', '12-24T14:00', '12-25T02:00', '12-25T14:00'];
    expect(list({ at: ['02:00', '14:00'] })).toEqual(next);
    expect(list({ cron: ['0 2 * * *', '0 14 * * *'] })).toEqual(next);
    expect(list(['0 2 * * *', { at: '14:00' }])).toEqual(next);
    expect(list({ any: [{ at: ['02:00', '14:00'] }] })).toEqual(next);
  });

  it('fires once where they coincide', () => {
    const given = ['0 9 * * *', '0 */9 * * *', { interval: '9h', start: '2026-12-24T00:00:00Z' }];
    expect(list(given)).toEqual(['12-24T09:00', '12-24T18:00', '12-25T00:00', '12-25T03:00']);
  });

  it('holds each part within its own bounds, and in its own time zone', () => {
    const given = [
      { at: '09:00', timezone: 'Asia/Tokyo', end: '2026-12-25T12:00:00Z' },
      { at: '09:00', exclude: '12-25' },
      { at: '10:00', enabled: false },
    ];
    const next = ['12-24T00:00', '12-24T09:00', '12-25T00:00', '12-26T09:00'];
    expect(list(given, '2026-12-23T12:00:00Z')).toEqual(next);
  });

  it('takes what a part leaves out from the whole', () => {
    const timezone = 'Europe/Berlin';
    const given = { any: ['0 9 * * *', { at: '10:00', timezone: 'UTC' }], timezone };
    expect(list(given, THURSDAY, 2)).toEqual(['12-24T08:00', '12-24T10:00']);
    const first = previewFires(ScheduleSchema.parse({ any: ['0 9 * * *'], timezone }), {
      ...{ from: Date.parse(THURSDAY), count: 1 },
    });
    expect(first).toMatchObject([{ local: '2026-12-24T09:00:00+01:00', timezone }]);
  });

  it('keeps intervals of a list as they are written', () => {
    expect(ScheduleSchema.parse([{ interval: '5m' }])).toMatchObject({
      any: [{ interval: 300_000 }],
    });
    expect(ScheduleSchema.parse({ any: [{ interval: 300 }] })).toMatchObject({
      any: [{ interval: 300_000 }],
    });
  });

  it.each([
    [{ cron: ['0 9 * * *', '0 25 * * *'] }, 'cron.1: the hour "25" is none'],
    [['0 9 * * *', '0 0 31 2 *'], 'any.1.cron: "0 0 31 2 *" never fires'],
    [[{ at: '09:00', timezone: 'Europe/Berln' }], 'any.0.timezone: unknown time zone'],
    [[{ at: '09:00', enabled: false }], 'any: nothing of it ever fires'],
  ])('says of %j which of it is wrong', (given, message) => {
    expect(faultOf(given)).toContain(message);
  });

  it.each([
    { cron: [] },
    { cron: '0 9 * * *', any: ['0 9 * * *'] },
    [{ at: '09:00', misfire: 'skip' }],
    ['0 9 * * *', 'soon'],
  ])('does not accept %j', (given) => {
    expect(ScheduleSchema.safeParse(given).success).toBe(false);
  });
});

describe('an interval as a cron text', () => {
  it('is as if it were written as an interval', () => {
    expect(list('@every 5m')).toEqual(list({ interval: '5m' }));
    expect(list({ cron: '@every 1h30m' })).toEqual(list({ interval: '90m' }));
    expect(list(['@every 12h', '@daily'])).toEqual(list({ interval: '12h' }));
  });

  it.each(['@every 5', '@every 10ms', '@every 1h-', '@every 400d'])('is none: %s', (text) => {
    expect(faultOf(text)).toContain('has no interval: expected one from 1s to 365d');
  });

  it.each([
    ['@yearly', '01-01T00:00'],
    ['@annually', '01-01T00:00'],
    ['@monthly', '01-01T00:00'],
    ['@weekly', '12-27T00:00'],
    ['@daily', '12-25T00:00'],
    ['@midnight', '12-25T00:00'],
    ['@hourly', '12-24T01:00'],
  ])('%s is a name for one, wherever a cron may stand', (name, next) => {
    for (const given of [name, { cron: name }, [name], { cron: [name] }, { any: [name] }]) {
      expect(list(given, THURSDAY, 1)).toEqual([next]);
    }
  });
});

describe('an excluded date', () => {
  const at = '09:00';

  it('is left out, alone, of every year, or with all up to another', () => {
    expect(list({ at, exclude: '2026-12-25' })).toEqual(
      ['24', '26', '27', '28'].map((day) => `12-${day}T09:00`),
    );
    expect(list({ at, exclude: ['12-25', '12-26'] }, '2031-12-24T12:00:00Z', 1)).toEqual([
      '12-27T09:00',
    ]);
    const exclude = ['2026-12-24/2026-12-31', '2027-01-01'];
    expect(list({ at, exclude }, THURSDAY, 1)).toEqual(['01-02T09:00']);
  });

  it('is the date that the clocks of the schedule show', () => {
    const given = { interval: '6h', exclude: '2026-12-25', timezone: 'America/New_York' };
    expect(list(given, '2026-12-24T20:00:00Z')).toEqual([
      ...['12-25T00:00', '12-26T06:00', '12-26T12:00', '12-26T18:00'],
    ]);
  });

  it('is not looked for backwards either', () => {
    const fires = createFires(ScheduleSchema.parse({ at, exclude: '2026-12-20/2026-12-25' }));
    const before = fires.previous(Date.parse('2026-12-26T00:00:00Z')) ?? 0;
    expect(new Date(before).toISOString()).toBe('2026-12-19T09:00:00.000Z');
  });

  it('is passed at once, however long it is and however often it would fire', () => {
    const exclude = '2026-01-01/9000-01-01';
    const fires = createFires(ScheduleSchema.parse({ interval: '1s', exclude }));
    expect(fires.next(Date.parse(THURSDAY))).toBe(Date.parse('9000-01-02T00:00:00Z'));
  });

  it('that is all there is is a fault', () => {
    expect(faultOf({ cron: '0 9 25 12 *', exclude: '12-25' })).toContain(
      'exclude: it leaves out every fire',
    );
    expect(faultOf({ at, exclude: '1970-01-01/9999-12-31' })).toContain('leaves out every fire');
    expect(faultOf({ cron: '0 9 29 2 *', exclude: '02-28' })).toBeUndefined();
  });

  it.each([
    ...['2026-02-30', '13-01', '2026-12-25/2026-12-24', '25.12.2026', '2026-12'],
    ...[20261225, ['2026-12-25', '']],
  ])('does not accept %j', (exclude) => {
    expect(ScheduleSchema.safeParse({ at, exclude }).success).toBe(false);
  });

  it('is previewed', () => {
    const schedule = ScheduleSchema.parse({ at, exclude: '2026-12-25', timezone: 'Europe/Berlin' });
    const range = { from: Date.parse(THURSDAY), until: Date.UTC(2026, 11, 28), count: 10 };
    expect(previewExcluded(schedule, range)).toMatchObject([
      { local: '2026-12-25T09:00:00+01:00' },
    ]);
    const parts = ScheduleSchema.parse([{ at, exclude: '12-26' }, { at: '10:00' }]);
    expect(previewExcluded(parts, range)).toMatchObject([{ utc: '2026-12-26T09:00:00.000Z' }]);
    expect(previewExcluded(ScheduleSchema.parse({ at }), range)).toEqual([]);
  });
});
