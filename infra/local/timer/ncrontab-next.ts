import type { Ncrontab } from './ncrontab.ts';

const dayMs = 86_400_000;
/**
 * The search limit: the rarest date, a Monday 29 February across a year 2100, comes within 40
 * years.
 */
const horizonDays = 41 * 366;

/** The first instant after `after`, in UTC; undefined where the date never comes (30 February). */
export function nextOccurrence(cron: Ncrontab, after: Date): Date | undefined {
  const from = Math.floor(after.getTime() / 1000) * 1000 + 1000;
  let day = Math.floor(from / dayMs) * dayMs;
  for (let passed = 0; passed < horizonDays; passed++, day += dayMs) {
    if (!matchesDay(cron, new Date(day))) continue;
    const time = nextTimeOfDay(cron, Math.max(0, from - day) / 1000);
    if (time !== undefined) return new Date(day + time * 1000);
  }
  return undefined;
}

function matchesDay(cron: Ncrontab, day: Date): boolean {
  return (
    cron.months.values.includes(day.getUTCMonth() + 1) &&
    cron.days.values.includes(day.getUTCDate()) &&
    cron.weekdays.values.includes(day.getUTCDay())
  );
}

/** The first match at or after `from`, both in seconds since midnight. */
function nextTimeOfDay(cron: Ncrontab, from: number): number | undefined {
  for (const hour of cron.hours.values) {
    if ((hour + 1) * 3600 <= from) continue;
    for (const minute of cron.minutes.values) {
      const start = hour * 3600 + minute * 60;
      if (start + 60 <= from) continue;
      const second = cron.seconds.values.find((value) => start + value >= from);
      if (second !== undefined) return start + second;
    }
  }
  return undefined;
}
