import { describe, expect, it } from 'vitest';
import { ScheduleSchema } from '../../../shared/heddle/domain/schedule.ts';
import { previewFires } from '../../../shared/heddle/triggers/schedules/preview.ts';
import { findScheduleFault } from '../../../shared/heddle/triggers/schedules/schedule-faults.ts';
import {
  findWindowsZone,
  listWindowsZones,
} from '../../../shared/heddle/triggers/schedules/windows-zones.ts';

const show = (timezone: string) => {
  const schedule = ScheduleSchema.parse({ cron: '0 9 * * *', timezone });
  const [fire] = previewFires(schedule, { from: Date.UTC(2026, 0, 15), count: 1 });
  return [fire?.local.slice(-6), fire?.timezone];
};

// source: Azure/azure-functions-host #5213
describe('a zone named as Windows does', () => {
  it.each([
    ['W. Europe Standard Time', '+01:00', 'Europe/Berlin'],
    ['eastern standard time', '-05:00', 'America/New_York'],
    ['India Standard Time', '+05:30', 'Asia/Kolkata'],
    ['UTC-11', '-11:00', 'Etc/GMT+11'],
    ['Line Islands Standard Time', '+14:00', 'Pacific/Kiritimati'],
  ])('%s is %s, and shown by its IANA name', (name, offset, zone) => {
    expect(show(name)).toEqual([offset, zone]);
  });

  it('is known for each name, and each is one of Intl', () => {
    const names = listWindowsZones();
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(138);
    for (const name of names) {
      const timeZone = findWindowsZone(name);
      expect(() => new Intl.DateTimeFormat('en', { timeZone }), name).not.toThrow();
    }
  });

  it('is suggested for one that is nearly so', () => {
    const timezone = 'W. Europe Standart Time';
    expect(findScheduleFault(ScheduleSchema.parse({ at: '09:00', timezone }))).toContain(
      'did you mean W. Europe Standard Time?',
    );
  });
});
