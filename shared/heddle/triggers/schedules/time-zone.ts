import { TerminalError } from '../../errors/errors.ts';
import { getOrCreate } from '../lru-cache.ts';
import { findWindowsZone } from './windows-zones.ts';

/** A period in which a zone has one UTC offset. All in milliseconds. */
export interface Stretch {
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
  /** Local time minus UTC. */
  readonly offset: number;
  /** Offset just before {@link from}; it differs if the clocks are changed at `from`. */
  readonly before: number;
}

export interface TimeZone {
  stretchAt(instant: number): Stretch;
}

/** Two clock changes within this window would be missed; the shortest known gap is a month. */
export const WINDOW_MS = 7 * 86_400_000;
const SECOND_MS = 1000;
/** Windows kept for each zone: ninety years. */
const MAX_WINDOWS = 5000;
/** There are fewer zones; names in unusual case are not worth the memory. */
const MAX_ZONES = 1000;

const zones = new Map<string, TimeZone>();

/** @throws {TerminalError} when there is no such zone */
export function findTimeZone(name: string): TimeZone {
  return getOrCreate(zones, name, MAX_ZONES, () => createTimeZone(name));
}

/** The IANA name of a zone that is named as Windows does; other names are returned as they are. */
export function toIanaName(name: string): string {
  return findWindowsZone(name) ?? name;
}

function createTimeZone(name: string): TimeZone {
  const format = createFormat(name);
  const windows = new Map<number, readonly Stretch[]>();
  return {
    stretchAt(instant) {
      const index = Math.floor(instant / WINDOW_MS);
      const [first, second] = getOrCreate(windows, index, MAX_WINDOWS, () => split(index, format));
      return (second && instant >= second.from ? second : first) as Stretch;
    },
  };
}

function createFormat(name: string): Intl.DateTimeFormat {
  try {
    const timeZone = toIanaName(name);
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch (error) {
    throw new TerminalError(
      'schedule_invalid',
      `unknown time zone "${name}": expected an IANA name such as Europe/Berlin`,
      { cause: error },
    );
  }
}

/** Returns one stretch, or two if the clocks are changed within the window. */
function split(index: number, format: Intl.DateTimeFormat): readonly Stretch[] {
  const from = index * WINDOW_MS;
  const until = from + WINDOW_MS;
  const before = readOffset(format, from - SECOND_MS);
  const offset = readOffset(format, from);
  const last = readOffset(format, until - SECOND_MS);
  if (offset === last) return [{ from, until, offset, before }];
  const change = findChange(format, from, until - SECOND_MS);
  return [
    { from, until: change, offset, before },
    { from: change, until, offset: last, before: offset },
  ];
}

/** The first second after the clock change, by bisection. */
function findChange(format: Intl.DateTimeFormat, from: number, until: number): number {
  const old = readOffset(format, from);
  let [low, high] = [from, until];
  while (high - low > SECOND_MS) {
    const middle = low + Math.floor((high - low) / SECOND_MS / 2) * SECOND_MS;
    if (readOffset(format, middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

/** Parses `1/1/2026, GMT+05:30`; dates long past have seconds; UTC itself is `GMT`. */
function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const found = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(format.format(instant));
  if (!found) return 0;
  const [, sign, hours, minutes, seconds = '0'] = found;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND_MS;
  return sign === '-' ? -ms : ms;
}
