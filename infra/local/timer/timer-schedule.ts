import { type Ncrontab, parseNcrontab } from './ncrontab.ts';
import { nextOccurrence } from './ncrontab-next.ts';

export interface TimerSchedule {
  /** False for an interval, true for cron: handed to the function as it is. */
  readonly adjustForDst: boolean;
  /** More often than once a minute: the extension then keeps no schedule status. */
  readonly isSubMinute: boolean;
  next(after: Date): Date | undefined;
}

/**
 * A cron expression or, failing that, an interval such as `00:05:00`. Throws a SyntaxError.
 * https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/Scheduling/TimerSchedule.cs
 */
export function parseSchedule(expression: string): TimerSchedule {
  const interval = parseInterval(expression.trim());
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

/**
 * .NET's TimeSpan: `hh:mm[:ss]` and `d.hh:mm[:ss]`, but `dd:hh:mm` once the first part passes 23.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#timespan
 */
function parseInterval(text: string): number | undefined {
  const match = /^(?:(\d+)\.)?(\d+):(\d+)(?::(\d+)(\.\d{1,7})?)?$/.exec(text);
  if (!match) return undefined;
  const [days, first, second, third, fraction] = match.slice(1).map((part) => Number(part ?? 0));
  const [d = 0, a = 0, b = 0, c = 0, f = 0] = [days, first, second, third, fraction];
  const isDayFirst = a > 23 && match[1] === undefined && match[4] !== undefined;
  const [h, m, s] = isDayFirst ? [b, c, 0] : [a, b, c];
  if (h > 23 || m > 59 || s > 59) throw new SyntaxError(`"${text}" is no interval hh:mm:ss`);
  const dayCount = isDayFirst ? a : d;
  return (((dayCount * 24 + h) * 60 + m) * 60 + s + f) * 1000;
}
