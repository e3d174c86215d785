import { compareExact, isExact, toNumber } from '../../domain/exact-number.ts';
import { Float, isDict, isList, type List, type Value } from './values.ts';

/** Called for each compared item of lists and objects. Throws when there are too many. */
type Spend = () => void;
type Comparison = (left: Value, right: Value, spend: Spend) => boolean;

/**
 * Comparisons as in Python, except that nothing throws: values that cannot be compared are not
 * equal, in no order and in no list.
 */
export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '==': isSame,
  '!=': (left, right, spend) => !isSame(left, right, spend),
  in: isIn,
  'not in': (left, right, spend) => !isIn(left, right, spend),
  '<': (left, right, spend) => (compare(left, right, spend) ?? 0) < 0,
  '<=': (left, right, spend) => (compare(left, right, spend) ?? 1) <= 0,
  '>': (left, right, spend) => (compare(left, right, spend) ?? 0) > 0,
  '>=': (left, right, spend) => (compare(left, right, spend) ?? -1) >= 0,
};

/** True equals 1, as in Python. */
function toComparable(value: Value): Exclude<Value, boolean | bigint | Float> {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Float) return value.value;
  return typeof value === 'bigint' ? toNumber(String(value)) : value;
}

export function isSame(left: Value, right: Value, spend: Spend): boolean {
  const [a, b] = [toComparable(left), toComparable(right)];
  if (isExact(a) || isExact(b)) return compareExact(a, b) === 0;
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, at) => isSameItem(item, b[at], spend));
  }
  if (!isDict(a) || !isDict(b) || a.size !== b.size) return false;
  return [...a].every(([key, item]) => b.has(key) && isSameItem(item, b.get(key), spend));
}

function isSameItem(a: Value, b: Value, spend: Spend): boolean {
  spend();
  return isSame(a, b, spend);
}

export function isIn(item: Value, all: Value, spend: Spend): boolean {
  if (isList(all)) return all.some((one) => isSameItem(item, one, spend));
  if (typeof item !== 'string') return false;
  if (typeof all === 'string') return all.includes(item);
  return isDict(all) && all.has(item);
}

/** Negative, zero or positive, as for `sort`; undefined for values that have no order. */
export function compare(left: Value, right: Value, spend: Spend): number | undefined {
  const [a, b] = [toComparable(left), toComparable(right)];
  if (isExact(a) || isExact(b)) return compareExact(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : toSign(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return isList(a) && isList(b) ? compareLists(a, b, spend) : undefined;
}

function compareLists(a: List, b: List, spend: Spend): number | undefined {
  for (const [at, item] of a.entries()) {
    if (at >= b.length) return 1;
    if (!isSameItem(item, b[at], spend)) return compare(item, b[at], spend);
  }
  return a.length < b.length ? -1 : 0;
}

function toSign(a: number, b: number): number | undefined {
  if (a > b) return 1;
  return a === b ? 0 : undefined;
}

/** By code points: JavaScript's order puts an emoji before a full-width letter. */
export function compareTexts(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return toRank(x) - toRank(y);
  }
  return a.length - b.length;
}

/** Puts surrogates, which stand for the highest code points, behind all other units. */
function toRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
