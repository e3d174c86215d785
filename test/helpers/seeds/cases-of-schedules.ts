/** Times in UTC, of 2026, whose first of January is a Thursday. */
export interface ScheduleCase {
  readonly fires: string;
  readonly silent: string;
  /** The actor's input without `_trigger_event`. */
  readonly input: object;
}

/** The event of a schedule, with the data of its trigger. */
const between = (previousTime: string, scheduledTime: string, data: object = {}) => ({
  ...{ fires: scheduledTime, input: { ...data, previousTime, scheduledTime, fields: {} } },
});

/** Triggers on schedules, by name. */
export const casesOfSchedules: Readonly<Record<string, ScheduleCase>> = {
  // At two by New York time, not by UTC.
  'daily.cleanup': {
    ...between('2026-01-01T07:00:00.000Z', '2026-01-02T07:00:00.000Z', {
      ...{ type: 'cleanup', retentionDays: 30 },
    }),
    silent: '2026-01-02T02:00:00.000Z',
  },
  // On a Friday, and not on Saturday.
  'daily-cost-report': {
    ...{ fires: '2026-01-02T08:00:00.000Z', silent: '2026-01-03T08:00:00.000Z' },
    input: { report_type: 'cost' },
  },
  'every-5-minutes': {
    ...between('2026-01-01T00:00:00.000Z', '2026-01-01T00:05:00.000Z'),
    silent: '2026-01-01T00:03:00.000Z',
  },
  'every-hour-at-30': {
    ...between('2026-01-01T00:30:00.000Z', '2026-01-01T01:30:00.000Z'),
    silent: '2026-01-01T01:00:00.000Z',
  },
  'every-day-at-noon': {
    ...between('2025-12-31T12:00:00.000Z', '2026-01-01T12:00:00.000Z'),
    silent: '2026-01-02T00:00:00.000Z',
  },
  // On Monday, and not on Tuesday.
  'every-monday-at-9': {
    ...between('2025-12-29T09:00:00.000Z', '2026-01-05T09:00:00.000Z'),
    silent: '2026-01-06T09:00:00.000Z',
  },
  'first-day-of-month': {
    ...between('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'),
    silent: '2026-02-02T00:00:00.000Z',
  },
  // On Monday after Friday, and not on Sunday.
  'weekdays-at-8': {
    ...between('2026-01-02T08:00:00.000Z', '2026-01-05T08:00:00.000Z'),
    silent: '2026-01-04T08:00:00.000Z',
  },
  'interval-of-1h': {
    ...between('2026-01-01T04:00:00.000Z', '2026-01-01T05:00:00.000Z'),
    silent: '2026-01-01T05:30:00.000Z',
  },
  'daily-at-2': {
    ...between('2026-01-01T02:00:00.000Z', '2026-01-02T02:00:00.000Z'),
    silent: '2026-01-01T14:00:00.000Z',
  },
  'every-6-hours': {
    ...between('2026-01-01T06:00:00.000Z', '2026-01-01T12:00:00.000Z'),
    silent: '2026-01-01T13:00:00.000Z',
  },
};
