/** Times in UTC, of 2026, whose first of January is a Thursday. */
export interface ScheduleCase {
  readonly fires: string;
  readonly silent: string;
  /** What the actor is given, without `_trigger_event`. */
  readonly input: object;
}

/** What a schedule's event says, besides the data of its trigger. */
const between = (previousTime: string, scheduledTime: string, data: object = {}) => ({
  ...{ fires: scheduledTime, input: { ...data, previousTime, scheduledTime, fields: {} } },
});

/** Triggers on the clock, by their names. */
export const casesOfSchedules: Readonly<Record<string, ScheduleCase>> = {
  // At two by the clocks of New York, and not by those of Greenwich.
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
};
