import { findFormatFault, formatDate, isZone, parseDate } from './dates.ts';
import { type Callable, define } from './filter.ts';
import { isNumeric, toDouble, toFloat } from './numbers.ts';
import { isNothing, type Value } from './values.ts';

/** Filters that Jinja2 has not, for the times in events. */
export const DATE_FILTERS = {
  date: defineDate('%Y-%m-%d'),
  datetime: defineDate('%Y-%m-%d %H:%M:%S'),
  timestamp: define('', (value) => {
    if (isNothing(value)) return value;
    const seconds = toTime(value) / 1000;
    return Number.isInteger(seconds) ? seconds : toFloat(seconds);
  }),
};

function defineDate(format: string): Callable {
  const signature = `format:text="${format}", tz:text="UTC"`;
  return define(
    signature,
    (value, [written, zone]) => {
      // Null and what is missing stay it, so that `default` can follow.
      if (isNothing(value)) return value;
      const fault = findDateFault(written, zone);
      if (fault !== undefined) throw new Error(fault);
      return formatDate(toTime(value), String(written), String(zone));
    },
    ([written, zone]) => findDateFault(written, zone),
  );
}

function findDateFault(format: Value, zone: Value): string | undefined {
  if (typeof zone === 'string' && !isZone(zone)) {
    return `unknown time zone "${zone.slice(0, 40)}": write it as Europe/Berlin or UTC`;
  }
  return typeof format === 'string' ? findFormatFault(format) : undefined;
}

function toTime(value: Value): number {
  const written = typeof value === 'string' ? value : isNumeric(value) && toDouble(value);
  const time = written === false ? undefined : parseDate(written);
  if (time !== undefined) return time;
  throw new Error('a date is expected: ISO 8601, or seconds since 1970');
}
