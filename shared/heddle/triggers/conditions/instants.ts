import { isJsonNumber } from '../../domain/exact-number.ts';
import type { Json } from '../../domain/json.ts';

/** A longer text is no date. */
const MAX_CHARS = 64;

const ISO =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[Tt ](?<time>\d\d:\d\d)(?::(?<seconds>\d\d)(?:[.,](?<fraction>\d{1,9})\d*)?)?(?<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;
/** As in the header `Date` of HTTP and of mails: `Tue, 01 Dec 2026 08:30:00 GMT`. */
const RFC_2822 =
  /^(?:[A-Za-z]{3}, ?)?(?<day>\d{1,2}) (?<month>[A-Za-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d)(?::(?<seconds>\d\d))? (?<zone>GMT|UTC?|[+-]\d{4})$/;
const EPOCH = /^(?<whole>\d{9,20})(?:\.(?<fraction>\d+))?$/;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

type Parts = Readonly<Record<string, string | undefined>>;

/**
 * Reads a date as senders write it: an ISO 8601 date or time (without an offset it is UTC, and a date
 * alone is its first instant), a date of RFC 2822, or the time since 1970 as a number or the text of
 * one, whose size tells seconds, milliseconds, microseconds and nanoseconds apart. Numbers below
 * 100,000,000 are no dates.
 * @returns nanoseconds since 1970, or undefined if it is no date
 */
export function toInstant(value: Json | undefined): bigint | undefined {
  const text = isJsonNumber(value) ? String(value) : value;
  if (typeof text !== 'string' || text.length > MAX_CHARS) return undefined;
  const epoch = EPOCH.exec(text)?.groups;
  if (epoch) return fromEpoch(epoch);
  if (typeof value !== 'string') return undefined;
  const iso = ISO.exec(text)?.groups;
  if (iso) return fromCalendar(iso);
  const mail = RFC_2822.exec(text)?.groups;
  return mail && fromCalendar({ ...mail, date: toIsoDate(mail) });
}

/** Whether a value is meant as a date, valid or not. Other texts may be anything. */
export function looksLikeDate(value: Json): boolean {
  if (typeof value !== 'string') return toInstant(value) !== undefined;
  return /^\d{4}-\d\d-\d\d(?:[Tt ]|$)/.test(value);
}

/** The size tells the unit: 10 digits are seconds until the year 5138, 13 are milliseconds. */
function fromEpoch({ whole = '', fraction = '' }: Parts): bigint | undefined {
  const digits = whole.replace(/^0+/, '');
  const unit = [11, 14, 17, 20].findIndex((most) => digits.length <= most);
  if (digits.length < 9 || unit < 0) return undefined;
  const decimals = 9 - unit * 3;
  return BigInt(digits + fraction.slice(0, decimals).padEnd(decimals, '0'));
}

function fromCalendar({ date = '', time = '00:00', ...parts }: Parts): bigint | undefined {
  const { seconds = '00', fraction = '', zone = 'Z' } = parts;
  // The last second of some days is a 60th one, which JavaScript does not read.
  const at = Date.parse(`${date}T${time}:${seconds === '60' ? '59' : seconds}Z`);
  const offset = toOffsetMs(zone);
  if (Number.isNaN(at) || offset === undefined) return undefined;
  // JavaScript takes February 30 for March 2.
  if (new Date(at).toISOString().slice(0, 10) !== date) return undefined;
  const ms = at - offset + (seconds === '60' ? 1000 : 0);
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function toOffsetMs(zone: string): number | undefined {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function toIsoDate({ year, month = '', day = '' }: Parts): string {
  const at = MONTHS.indexOf(month.toLowerCase()) + 1;
  return `${year}-${String(at).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
