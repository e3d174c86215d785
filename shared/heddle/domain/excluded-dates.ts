import { z } from 'zod';

/** `2026-12-25`, `12-25` of every year, or `2026-12-24/2027-01-01` with its first and last day. */
const DATES = /^(\d{4}-\d\d-\d\d(\/\d{4}-\d\d-\d\d)?|\d\d-\d\d)$/;
const CALENDAR = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const EXPECTED = 'a date such as 2026-12-25, 12-25 for every year, or 2026-12-24/2027-01-01';

/** Enough for twenty years of holidays. */
const MAX_DATES = 500;

/** February has 29 days in this year. */
const LEAP_YEAR = 2000;

const dates = z
  .string()
  .regex(DATES, `expected ${EXPECTED}`)
  .refine((text) => !DATES.test(text) || isReal(text), 'there is no such date, or none after it');

/** Dates by the names of calendars, at the top of a triggers file. */
export const CalendarsSchema = z.record(
  z.string().regex(CALENDAR, 'expected a name that begins with a letter, such as germany'),
  z.array(dates, `expected a list: ${EXPECTED}`).max(MAX_DATES),
);
export type Calendars = z.infer<typeof CalendarsSchema>;

const excluded = z
  .string()
  .refine(
    (text) => isCalendarName(text) || (DATES.test(text) && isReal(text)),
    `expected ${EXPECTED}, or the name of a calendar`,
  );

/** One or several dates or names of calendars. */
export const ExcludeSchema = z.union([excluded, z.array(excluded).max(MAX_DATES * 4)], {
  error: `expected ${EXPECTED}, the name of a calendar, or a list of these`,
});
export type Exclude = z.infer<typeof ExcludeSchema>;

export function isCalendarName(text: string): boolean {
  return CALENDAR.test(text);
}

export function toExcludedList(exclude: Exclude | undefined): readonly string[] {
  return typeof exclude === 'string' ? [exclude] : (exclude ?? []);
}

/** Whether each date exists, and the last one of a range is not before the first. */
function isReal(text: string): boolean {
  const [first = '', last = first] = text.split('/');
  const isDate = (date: string) => {
    const whole = date.length === 5 ? `${LEAP_YEAR}-${date}` : date;
    const time = Date.parse(`${whole}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(whole);
  };
  return isDate(first) && isDate(last) && first <= last;
}
