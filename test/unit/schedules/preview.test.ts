import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { MAX_PREVIEWED, previewFires } from '../../../shared/heddle/triggers/schedules/preview.ts';

function preview(given: object, from: string, count = 2) {
  return previewFires(ScheduleSchema.parse(given), { from: Date.parse(from), count });
}

describe('previewFires', () => {
  it('gives the next fires in UTC and as clocks show them', () => {
    const given = { at: '02:30', timezone: 'Europe/Berlin' };
    expect(preview(given, '2026-03-28T00:00:00Z', 3)).toEqual([
      {
        utc: '2026-03-28T01:30:00.000Z',
        local: '2026-03-28T02:30:00+01:00',
        timezone: 'Europe/Berlin',
        isDst: false,
      },
      {
        utc: '2026-03-29T01:00:00.000Z',
        local: '2026-03-29T03:00:00+02:00',
        timezone: 'Europe/Berlin',
        isDst: true,
      },
      {
        utc: '2026-03-30T00:30:00.000Z',
        local: '2026-03-30T02:30:00+02:00',
        timezone: 'Europe/Berlin',
        isDst: true,
      },
    ]);
  });

  it.each([
    ['America/St_Johns', '2026-01-01T00:00:00-03:30'],
    ['Asia/Kolkata', '2026-01-01T00:00:00+05:30'],
    ['UTC', '2026-01-01T00:00:00+00:00'],
  ])('knows the distance of %s', (timezone, local) => {
    const [fire] = preview({ at: '00:00', timezone }, '2025-12-31T17:00:00Z', 1);
    expect(fire).toMatchObject({ local, isDst: false });
  });

  it('keeps parts of a second', () => {
    const [fire] = preview({ interval: '1500ms' }, '2026-01-01T00:00:00Z', 1);
    expect(fire?.local).toBe('2026-01-01T00:00:01.500+00:00');
  });

  it('ends with the schedule', () => {
    const given = { cron: '0 * * * *', end: '2026-01-01T01:00:00Z' };
    expect(preview(given, '2026-01-01T00:00:00Z')).toHaveLength(1);
    expect(preview(given, '2027-01-01T00:00:00Z')).toEqual([]);
  });

  it('shows what is disabled, and no more than it says', () => {
    const given = { interval: '1s', enabled: false };
    expect(preview(given, '2026-01-01T00:00:00Z', 5)).toHaveLength(5);
    expect(preview(given, '2026-01-01T00:00:00Z', 1e9)).toHaveLength(MAX_PREVIEWED);
  });
});
