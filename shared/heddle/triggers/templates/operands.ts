import { isNumeric, type Numeric } from './numbers.ts';
import { toText } from './spelling.ts';
import { Group, isDict, isList, isNothing, type List, toChars, type Value } from './values.ts';
import type { Work } from './work.ts';

/**
 * What filters read. A missing value or null is an empty text or no items, so that filters find
 * nothing: the sender decides which fields exist.
 */
export function toItems(value: Value): List {
  if (isNothing(value)) return [];
  if (isList(value)) return value;
  if (typeof value === 'string') return toChars(value);
  if (isDict(value)) return [...value.keys()];
  throw new Error('a list is expected, not a number or a truth value');
}

export function toNumeric(value: Value): Numeric {
  if (isNumeric(value)) return value;
  throw new Error('a number is expected');
}

/** A text that a text filter reads. */
export function readTextOf(value: Value, work: Work, factor = 1): string {
  if (isList(value) || isDict(value)) work.readAll(value, factor);
  const text = toText(value);
  work.spend(text.length * factor);
  return text;
}

/**
 * Follows `a.b.0` within an item, for the argument `attribute` of filters.
 * @see https://jinja.palletsprojects.com/en/stable/templates/#jinja-filters.map
 */
export function createGetter(attribute: Value): (item: Value) => Value {
  if (attribute === null) return (item) => item;
  const parts = String(attribute).split('.');
  return (item) => parts.reduce<Value>(getPart, item);
}

/** Names of the two items of a group. */
export const GROUP_PARTS: readonly string[] = ['grouper', 'list'];

function getPart(value: Value, part: string): Value {
  if (isDict(value)) return value.get(part);
  if (value instanceof Group && GROUP_PARTS.includes(part)) return value[GROUP_PARTS.indexOf(part)];
  if (!/^\d+$/.test(part)) return undefined;
  if (isList(value)) return value[Number(part)];
  return typeof value === 'string' ? toChars(value)[Number(part)] : undefined;
}
