/**
 * Dates of events, as texts: ISO 8601, or seconds since 1970 (milliseconds from 100,000,000,000
 * on), written by a format of `strftime` in a time zone.
 */
const MILLISECONDS_FROM = 1e11;
const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Milliseconds since 1970; undefined for what is no date. Without an offset it is UTC. */
export function parseDate(value: string | number): number | undefined {
  if (typeof value === 'number') {
    const time = Math.abs(value) >= MILLISECONDS_FROM ? value : value * 1000;
    return Math.abs(time) <= 8.64e15 ? time : undefined;
  }
  const text = value.trim();
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return parseDate(Number(text));
  const [all, day, time = '00:00', offset = 'Z'] = ISO.exec(text) ?? [];
  if (all === undefined) return undefined;
  const zone = /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset.toUpperCase();
  const parsed = Date.parse(`${day}T${time.replace(',', '.')}${toColon(zone)}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function toColon(zone: string): string {
  return zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
}

const PARTS: Intl.DateTimeFormatOptions = {
  ...({ year: 'numeric', month: 'numeric', day: 'numeric', weekday: 'short' } as const),
  ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
  ...({ hourCycle: 'h23', timeZoneName: 'longOffset' } as const),
};
const formats = new Map<string, Intl.DateTimeFormat>();
/** Zones come with triggers, so there are few. */
const MAX_ZONES = 100;

/** @throws RangeError for an unknown zone */
function toFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone: zone });
  if (formats.size < MAX_ZONES) formats.set(zone, format);
  return format;
}

export function isZone(zone: string): boolean {
  try {
    return Boolean(toFormat(zone));
  } catch {
    return false;
  }
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
];

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** `+0100`. */
  readonly offset: string;
  readonly time: number;
  readonly zone: string;
}

const pad = (value: number, length = 2) => String(value).padStart(length, '0');

/** @see https://docs.python.org/3/library/datetime.html#format-codes */
const CODES: Readonly<Record<string, (parts: Parts) => string>> = {
  Y: ({ year }) => pad(year, 4),
  y: ({ year }) => pad(year % 100),
  m: ({ month }) => pad(month),
  d: ({ day }) => pad(day),
  e: ({ day }) => String(day).padStart(2, ' '),
  H: ({ hour }) => pad(hour),
  I: ({ hour }) => pad(hour % 12 || 12),
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  M: ({ minute }) => pad(minute),
  S: ({ second }) => pad(second),
  f: ({ time }) => `${pad(toMillisecond(time), 3)}000`,
  L: ({ time }) => pad(toMillisecond(time), 3),
  a: ({ weekday }) => (DAYS[weekday] as string).slice(0, 3),
  A: ({ weekday }) => DAYS[weekday] as string,
  b: ({ month }) => (MONTHS[month - 1] as string).slice(0, 3),
  B: ({ month }) => MONTHS[month - 1] as string,
  j: (parts) => pad(toDayOfYear(parts), 3),
  u: ({ weekday }) => String(weekday || 7),
  w: ({ weekday }) => String(weekday),
  z: ({ offset }) => offset,
  Z: ({ zone }) => zone,
  s: ({ time }) => String(Math.floor(time / 1000)),
  F: (parts) => formatParts('%Y-%m-%d', parts),
  T: (parts) => formatParts('%H:%M:%S', parts),
  '%': () => '%',
};

function toMillisecond(time: number): number {
  return Math.floor(((time % 1000) + 1000) % 1000);
}

function toDayOfYear({ year, month, day }: Parts): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
}

/** Why a format cannot be used. */
export function findFormatFault(format: string): string | undefined {
  const unknown = [...format.matchAll(/%([\s\S]?)/g)].find(([, code = '']) => !CODES[code]);
  if (!unknown) return undefined;
  const known = Object.keys(CODES).map((code) => `%${code}`);
  return `unknown code ${unknown[0]} of a date (known: ${known.join(' ')})`;
}

export function formatDate(time: number, format: string, zone: string): string {
  return formatParts(format, toParts(time, zone));
}

function formatParts(format: string, parts: Parts): string {
  return format.replace(/%([\s\S])/g, (_, code: string) => CODES[code]?.(parts) ?? '');
}

function toParts(time: number, zone: string): Parts {
  const found = Object.fromEntries(
    toFormat(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const [year, month, day] = [found.year, found.month, found.day].map(Number);
  const [hour, minute, second] = [found.hour, found.minute, found.second].map(Number);
  const weekday = DAYS.findIndex((name) => name.startsWith(String(found.weekday)));
  const offset = (found.timeZoneName ?? '').replace('GMT', '').replace(':', '') || '+0000';
  return { year, month, day, hour, minute, second, weekday, offset, time, zone } as Parts;
}
