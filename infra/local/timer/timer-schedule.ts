import { parseTimeSpan } from '../settings/time-span.ts';
import { type Ncrontab, parseNcrontab } from './ncrontab.ts';
import { nextOccurrence } from './ncrontab-next.ts';

export interface TimerSchedule {
  /** False for an interval, true for cron; passed to the function as it is. */
  readonly adjustForDst: boolean;
  /** True for more than one run per minute: the extension then keeps no schedule status. */
  readonly isSubMinute: boolean;
  next(after: Date): Date | undefined;
}

/**
 * Parses a cron expression or, failing that, an interval such as `00:05:00`. Throws a SyntaxError.
 * https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/Scheduling/TimerSchedule.cs
 */
export function parseSchedule(expression: string): TimerSchedule {
  const interval = parseTimeSpan(expression.trim());
  return interval === undefined ? createCron(expression) : createInterval(interval);
}

function createCron(expression: string): TimerSchedule {
  const cron = parseNcrontab(expression);
  return {
    adjustForDst: true,
    isSubMinute: runsWithinMinute(cron),
    next: (after) => nextOccurrence(cron, after),
  };
}

function runsWithinMinute(cron: Ncrontab): boolean {
  const { seconds, minutes, hours, days, months, weekdays } = cron;
  const isEveryMinute = [minutes, hours, days, months, weekdays].every((field) => field.isEvery);
  return isEveryMinute && seconds.values.length > 1;
}

function createInterval(milliseconds: number): TimerSchedule {
  if (milliseconds <= 0) throw new SyntaxError('an interval must be longer than zero');
  return {
    adjustForDst: false,
    isSubMinute: milliseconds < 60_000,
    next: (after) => new Date(after.getTime() + milliseconds),
  };
}
