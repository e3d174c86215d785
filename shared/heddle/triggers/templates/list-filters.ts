import { compare, isSame } from './comparisons.ts';
import { define } from './filter.ts';
import { calculate } from './numbers.ts';
import { createGetter, readTextOf, toItems, toNumeric } from './operands.ts';
import {
  countChars,
  Group,
  isDict,
  isList,
  isNothing,
  type List,
  toChars,
  toTuple,
  type Value,
} from './values.ts';
import type { Work } from './work.ts';

/** log2 of a million, the number of times that sorting reads each item. */
const SORT_FACTOR = 20;

/** Filters of lists, texts and objects. Where Jinja2 gives a generator, these give a list. */
export const LIST_FILTERS = {
  batch: define('linecount:whole, fill_with=null', toBatches, atLeastOne('batch')),
  count: define('', toLength),
  dictsort: define('case_sensitive=false, by:text="key", reverse=false', sortDict, ([, by]) =>
    by === undefined || by === 'key' || by === 'value'
      ? undefined
      : 'the argument "by" of filter "dictsort" must be key or value',
  ),
  first: define('', (value) => toItems(value)[0]),
  groupby: define('attribute, default=null, case_sensitive=false', groupBy),
  items: define('', (value) => toPairs(value)),
  join: define('d:text="", attribute=null', (value, [separator, attribute], work) => {
    work.readAll(value, 1 + String(separator).length);
    const items = toItems(value).map(createGetter(attribute));
    return items.map((item) => readTextOf(item, work)).join(String(separator));
  }),
  keys: define('', (value) => (isNothing(value) ? [] : [...toDict(value).keys()])),
  last: define('', (value) => toItems(value).at(-1)),
  length: define('', toLength),
  list: define('', (value) => [...toItems(value)]),
  max: define('case_sensitive=false, attribute=null', (value, args, work) =>
    pick(value, args, work, 1),
  ),
  min: define('case_sensitive=false, attribute=null', (value, args, work) =>
    pick(value, args, work, -1),
  ),
  reverse: define('', (value) => {
    if (typeof value === 'string') return [...toChars(value)].reverse().join('');
    return [...toItems(value)].reverse();
  }),
  slice: define('slices:whole, fill_with=null', toSlices, atLeastOne('slice')),
  sort: define('reverse=false, case_sensitive=false, attribute=null', sort),
  sum: define('attribute=null, start=0', (value, [attribute, start], work) => {
    work.readAll(value);
    const items = toItems(value).map(createGetter(attribute));
    return items.reduce((sum: Value, item) => add(sum, item), start);
  }),
  unique: define('case_sensitive=false, attribute=null', (value, args, work) => {
    work.readAll(value);
    return toUnique(value, args, work);
  }),
  values: define('', (value) => (isNothing(value) ? [] : [...toDict(value).values()])),
};

function atLeastOne(name: string) {
  return ([count]: readonly Value[]) =>
    count === undefined || Number(count) >= 1 ? undefined : `${name} takes a positive number`;
}

function add(sum: Value, item: Value): Value {
  if (isList(sum) && isList(item)) return [...sum, ...item];
  return calculate('+', toNumeric(sum), toNumeric(item));
}

function toLength(value: Value): number {
  if (isNothing(value)) return 0;
  if (typeof value === 'string') return countChars(value);
  if (isList(value)) return value.length;
  if (isDict(value)) return value.size;
  throw new Error('a number or a truth value has no length');
}

export function toDict(value: Value): ReadonlyMap<string, Value> {
  if (isDict(value)) return value;
  throw new Error('an object is expected');
}

export function toPairs(value: Value): List {
  return isNothing(value) ? [] : [...toDict(value)].map(([key, item]) => toTuple(key, item));
}

function toKey(caseSensitive: Value, attribute: Value): (item: Value) => Value {
  const get = createGetter(attribute);
  const fold = (value: Value) => (typeof value === 'string' ? value.toLowerCase() : value);
  return (item) => (caseSensitive ? get(item) : fold(get(item)));
}

/** Items with the keys that they are sorted by, in the order of the keys. */
function sortByKey(items: List, toKeys: (item: Value) => List, isReversed: boolean, work: Work) {
  const keyed = items.map((item) => ({ item, keys: toKeys(item) }));
  return keyed.sort((a, b) => {
    const order = compareKeys(a.keys, b.keys, () => work.spend(1));
    return isReversed ? -order : order;
  });
}

function compareKeys(a: List, b: List, spend: () => void): number {
  for (const [at, key] of a.entries()) {
    if (isSame(key, b[at], spend)) continue;
    const order = compare(key, b[at], spend);
    if (order === undefined) throw new Error('items of different kinds have no order');
    return order;
  }
  return 0;
}

function sort(value: Value, args: readonly Value[], work: Work): Value {
  const [isReversed, caseSensitive, attribute] = args;
  work.readAll(value, SORT_FACTOR);
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const keys = attributes.map((one) => toKey(caseSensitive, one));
  const toKeys = (item: Value) => keys.map((key) => key(item));
  return sortByKey(toItems(value), toKeys, Boolean(isReversed), work).map(({ item }) => item);
}

function sortDict(value: Value, args: readonly Value[], work: Work): Value {
  const [caseSensitive, by, isReversed] = args;
  if (by !== 'key' && by !== 'value') throw new Error('dictsort sorts by key or by value');
  work.readAll(value, SORT_FACTOR);
  const key = toKey(caseSensitive, by === 'key' ? 0 : 1);
  const toKeys = (item: Value) => [key(item)];
  return sortByKey(toPairs(value), toKeys, Boolean(isReversed), work).map(({ item }) => item);
}

function groupBy(value: Value, args: readonly Value[], work: Work): Value {
  const [attribute, fallback, caseSensitive] = args;
  work.readAll(value, SORT_FACTOR);
  const get = createGetter(attribute);
  const getOr = (item: Value) => {
    const found = get(item);
    return found === undefined && fallback !== null ? fallback : found;
  };
  const fold = (key: Value) =>
    typeof key === 'string' && !caseSensitive ? key.toLowerCase() : key;
  const sorted = sortByKey(toItems(value), (item) => [fold(getOr(item))], false, work);
  const groups: { key: Value; items: Value[] }[] = [];
  for (const { item, keys } of sorted) {
    const last = groups.at(-1);
    if (last && isSame(last.key, keys[0], () => work.spend(1))) last.items.push(item);
    else groups.push({ key: keys[0], items: [item] });
  }
  return groups.map(({ items }) => Group.from([getOr(items[0]), items]) as Group);
}

function pick(value: Value, args: readonly Value[], work: Work, sign: 1 | -1): Value {
  const [caseSensitive, attribute] = args;
  work.readAll(value);
  const key = toKey(caseSensitive, attribute);
  const [first, ...others] = toItems(value);
  let [best, bestKey] = [first, first === undefined ? undefined : key(first)];
  for (const item of others) {
    const itemKey = key(item);
    const order = compare(itemKey, bestKey, () => work.spend(1));
    if (order === undefined) throw new Error('items of different kinds have no order');
    if (order * sign > 0) [best, bestKey] = [item, itemKey];
  }
  return best;
}

function toUnique(value: Value, args: readonly Value[], work: Work): Value {
  const [caseSensitive, attribute] = args;
  const key = toKey(caseSensitive, attribute);
  const seen = new Set<unknown>();
  const others: Value[] = [];
  return toItems(value).filter((item) => {
    const itemKey = key(item);
    const simple = toSimpleKey(itemKey);
    if (simple !== undefined) return seen.size < seen.add(simple).size;
    const isKnown = others.some((other) => isSame(other, itemKey, () => work.spend(1)));
    if (!isKnown) others.push(itemKey);
    return !isKnown;
  });
}

/** A text or a number of a double; undefined for what must be compared. */
function toSimpleKey(key: Value): unknown {
  if (typeof key === 'string' || typeof key === 'number') return key;
  return typeof key === 'boolean' ? Number(key) : undefined;
}

function toBatches(value: Value, [size, fill]: readonly Value[], work: Work): Value {
  const items = toItems(value);
  const count = Number(size);
  if (count < 1) throw new Error('batch takes a positive number');
  work.spend(items.length + (isNothing(fill) ? 0 : count));
  const batches: Value[][] = [];
  for (let at = 0; at < items.length; at += count) batches.push(items.slice(at, at + count));
  const last = batches.at(-1);
  while (last && !isNothing(fill) && last.length < count) last.push(fill);
  return batches;
}

function toSlices(value: Value, [slices, fill]: readonly Value[], work: Work): Value {
  const items = toItems(value);
  const count = Number(slices);
  if (count < 1) throw new Error('slice takes a positive number');
  work.spend(items.length + count);
  const size = Math.floor(items.length / count);
  const extra = items.length % count;
  return Array.from({ length: count }, (_, at) => {
    const start = at * size + Math.min(at, extra);
    const part = items.slice(start, start + size + (at < extra ? 1 : 0));
    return at >= extra && !isNothing(fill) ? [...part, fill] : part;
  });
}
