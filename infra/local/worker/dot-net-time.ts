const maxTime = Date.parse('9999-12-31T23:59:59.999Z');
const maxText = '9999-12-31T23:59:59.9999999';

/** A `DateTime` of unspecified kind in JSON: no `Z`, no trailing zeros in the fraction. */
export function toDotNetDateTime(time: Date): string {
  if (!(time.getTime() < maxTime)) return maxText;
  return time.toISOString().replace(/\.?0*Z$/, '');
}

/** A `DateTimeOffset` in JSON. */
export function toDotNetDateTimeOffset(time: Date): string {
  return `${toDotNetDateTime(time)}+00:00`;
}
