import { ExactNumber } from '../../domain/exact-number.ts';
import { Float, isDict, isList, isNothing, type Value } from './values.ts';

/**
 * Texts of values. What is written into a text is JSON for a webhook rather than Python: `true`,
 * `null`, `["a", "b"]`; a number is written as it was sent. Null and missing values are nothing.
 */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  return isNothing(value) ? '' : toJsonText(value);
}

/** Layout of JSON, by the arguments of `tojson`. */
export interface Layout {
  readonly indent?: string;
  readonly ensureAscii?: boolean;
  readonly sortKeys?: boolean;
  /** Between items, and after keys. */
  readonly separators?: readonly [string, string];
}

/** JSON as `json.dumps` of Python lays it out. */
export function toJsonText(value: Value, layout: Layout = {}, depth = 0): string {
  if (typeof value === 'string') return quote(value, layout);
  if (isNothing(value)) return 'null';
  if (!isList(value) && !isDict(value)) return spellScalar(value);
  const { indent } = layout;
  const [comma, colon] = layout.separators ?? [indent === undefined ? ', ' : ',', ': '];
  const inner = isList(value)
    ? Array.from(value, (item) => toJsonText(item, layout, depth + 1))
    : toEntries(value, layout).map(
        ([key, item]) => `${quote(key, layout)}${colon}${toJsonText(item, layout, depth + 1)}`,
      );
  const [open, close] = isList(value) ? '[]' : '{}';
  if (inner.length === 0 || indent === undefined) return `${open}${inner.join(comma)}${close}`;
  const line = `\n${indent.repeat(depth)}`;
  return `${open}${line}${indent}${inner.join(`${comma}${line}${indent}`)}${line}${close}`;
}

function toEntries(dict: ReadonlyMap<string, Value>, { sortKeys }: Layout) {
  const entries = [...dict];
  return sortKeys ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

function quote(text: string, { ensureAscii }: Layout): string {
  const quoted = JSON.stringify(text);
  if (!ensureAscii) return quoted;
  return quoted.replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function spellScalar(value: boolean | number | bigint | Float | ExactNumber): string {
  if (value instanceof Float) return spellFloat(value.value);
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'number' || Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

/** A whole float as Python writes it: `2.0`, `1e+16`. */
function spellFloat(value: number): string {
  if (Math.abs(value) >= 1e16) return value.toExponential();
  return Object.is(value, -0) ? '-0.0' : value.toFixed(1);
}
