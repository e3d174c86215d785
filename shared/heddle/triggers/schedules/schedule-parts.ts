import type { Schedule, SchedulePart } from '../../domain/schedule.ts';

/** What fires at one kind of times, with the clocks that it goes by. */
export interface Whole
  extends Pick<SchedulePart, 'cron' | 'at' | 'interval' | 'every' | 'start'>,
    Pick<Schedule, 'timezone' | 'skippedTime' | 'repeatedTime'> {
  /** Of its own, beside those of the schedule. */
  readonly bounds?: Pick<Schedule, 'start' | 'end' | 'exclude' | 'timezone'>;
}

/** The parts of a schedule that are enabled; a schedule without parts is its own. */
export function toWholes(schedule: Schedule): readonly Whole[] {
  const { any } = schedule;
  if (!any) return [schedule];
  return any.filter(({ enabled }) => enabled !== false).map((part) => toWhole(schedule, part));
}

function toWhole(schedule: Schedule, part: SchedulePart): Whole {
  const { timezone = schedule.timezone, start = schedule.start } = part;
  const { skippedTime = schedule.skippedTime, repeatedTime = schedule.repeatedTime } = part;
  const bounds = { start: part.start, end: part.end, exclude: part.exclude, timezone };
  return { ...part, ...{ timezone, start, skippedTime, repeatedTime, bounds } };
}

export function toList(given: string | readonly string[] | undefined): readonly string[] {
  return typeof given === 'string' ? [given] : (given ?? []);
}
