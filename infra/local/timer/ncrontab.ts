/**
 * NCrontab, the cron dialect of timer triggers. It differs from cron:
 * 1. Six fields, seconds first; five mean second 0.
 * 2. Day of month AND day of week must both match.
 * 3. Sunday is 0 and only 0. Names match by prefix: `Mon`, `monday` and `m` are the same.
 * 4. `5/10` runs from 5 to the end of the field; a reversed range is turned round.
 * 5. There is no L, W, # or ?.
 * https://github.com/atifaziz/NCrontab/blob/master/NCrontab/CrontabFieldImpl.cs
 */
export interface Ncrontab {
  readonly seconds: FieldSet;
  readonly minutes: FieldSet;
  readonly hours: FieldSet;
  readonly days: FieldSet;
  readonly months: FieldSet;
  readonly weekdays: FieldSet;
}

/** The values of a field in ascending order, and whether these are all it can have. */
export interface FieldSet {
  readonly values: readonly number[];
  readonly isEvery: boolean;
}

interface FieldKind {
  label: string;
  min: number;
  max: number;
  names?: string[];
}

const months =
  'January,February,March,April,May,June,July,August,September,October,November,December';
const weekdays = 'Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday';
const second: FieldKind = { label: 'second', min: 0, max: 59 };
const minute: FieldKind = { label: 'minute', min: 0, max: 59 };
const hour: FieldKind = { label: 'hour', min: 0, max: 23 };
const day: FieldKind = { label: 'day', min: 1, max: 31 };
const month: FieldKind = { label: 'month', min: 1, max: 12, names: months.split(',') };
const weekday: FieldKind = { label: 'day of week', min: 0, max: 6, names: weekdays.split(',') };

/** Throws a SyntaxError that names the field. */
export function parseNcrontab(expression: string): Ncrontab {
  const fields = expression.split(' ').filter(Boolean);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new SyntaxError(
      `expected 6 fields (second minute hour day month weekday) or 5 (no second), found ${fields.length}`,
    );
  }
  const [s = '', m = '', h = '', d = '', mo = '', w = ''] =
    fields.length === 6 ? fields : ['0', ...fields];
  return {
    seconds: parseField(s, second),
    minutes: parseField(m, minute),
    hours: parseField(h, hour),
    days: parseField(d, day),
    months: parseField(mo, month),
    weekdays: parseField(w, weekday),
  };
}

function parseField(text: string, kind: FieldKind): FieldSet {
  const taken = new Set<number>();
  for (const item of text.split(',')) addItem(item, kind, taken);
  const values = [...taken].sort((a, b) => a - b);
  return { values, isEvery: values.length === kind.max - kind.min + 1 };
}

function addItem(item: string, kind: FieldKind, taken: Set<number>): void {
  const [range = '', stepText] = splitOnce(item, '/');
  const step = stepText === undefined ? undefined : Math.max(1, parseWhole(stepText, kind));
  const [first, last] = parseRange(range, kind, step !== undefined);
  for (let value = first; value <= last; value += step ?? 1) taken.add(value);
}

function parseRange(range: string, kind: FieldKind, isStepped: boolean): [number, number] {
  if (range === '*') return [kind.min, kind.max];
  const [from = '', to] = splitOnce(range, '-');
  const first = parseValue(from, kind);
  if (to === undefined) return [first, isStepped ? kind.max : first];
  const last = parseValue(to, kind);
  return first <= last ? [first, last] : [last, first];
}

function parseValue(text: string, kind: FieldKind): number {
  const value = /^\d/.test(text) ? parseWhole(text, kind) : parseName(text, kind);
  if (value >= kind.min && value <= kind.max) return value;
  throw new SyntaxError(`${value} is no ${kind.label}: it must be from ${kind.min} to ${kind.max}`);
}

function parseWhole(text: string, kind: FieldKind): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new SyntaxError(`"${text}" is no whole number in the ${kind.label} field`);
}

function parseName(text: string, kind: FieldKind): number {
  const index = text
    ? (kind.names?.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase())) ?? -1)
    : -1;
  if (index >= 0) return index + kind.min;
  throw new SyntaxError(`"${text}" is no ${kind.label} (L, W, # and ? do not exist here)`);
}

/** Ignores a separator in first place, as NCrontab does (`IndexOf(…) > 0`). */
function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text];
}
