import { compareExact, isExact } from '../../domain/exact-number.ts';
import { Scope, type Value } from './jinja.ts';

/** Called for each compared item of lists and objects. Throws when there are too many. */
type Spend = () => void;
type Comparison = (left: Value, right: Value, spend: Spend) => boolean;

const constants = new Scope();
const TRUE = constants.set('yes', true);
const FALSE = constants.set('no', false);

/**
 * Comparisons as in Python. The library's differ: it takes `['a']` for `'a'`, `'1'` for 1 and null
 * for a missing value, cannot order texts, and throws if one side is missing. Here values that
 * cannot be compared are not equal, in no order and in no list; nothing throws.
 */
const COMPARISONS: ReadonlyMap<unknown, Comparison> = new Map<unknown, Comparison>([
  ['==', isSame],
  ['!=', (left, right, spend) => !isSame(left, right, spend)],
  ['in', isIn],
  ['not in', (left, right, spend) => !isIn(left, right, spend)],
  ['<', inOrder((left, right) => left < right)],
  ['<=', inOrder((left, right) => left <= right)],
  ['>', inOrder((left, right) => left > right)],
  ['>=', inOrder((left, right) => left >= right)],
]);

/** Undefined if the operator does not compare. */
export function findComparison(operator: string): Comparison | undefined {
  return COMPARISONS.get(operator);
}

export function toTruth(isTrue: boolean): Value {
  return isTrue ? TRUE : FALSE;
}

function isSame(left: Value, right: Value, spend: Spend): boolean {
  const [a, b] = [toComparable(left), toComparable(right)];
  if (isExact(a) || isExact(b)) return compareExact(a, b) === 0;
  if (a === b) return left.type === right.type || typeof a === 'number';
  if (Array.isArray(a) && Array.isArray(b)) return isSameList(a, b, spend);
  return a instanceof Map && b instanceof Map && isSameMap(a, b, spend);
}

/** True equals 1, as in Python. */
function toComparable({ type, value }: Value): unknown {
  return type === 'BooleanValue' ? Number(value) : value;
}

function isSameList(a: readonly Value[], b: readonly Value[], spend: Spend): boolean {
  if (a.length !== b.length) return false;
  return a.every((item, index) => {
    spend();
    return isSame(item, b[index] as Value, spend);
  });
}

type Entries = ReadonlyMap<string, Value>;

function isSameMap(a: Entries, b: Entries, spend: Spend): boolean {
  if (a.size !== b.size) return false;
  for (const [key, item] of a) {
    spend();
    const other = b.get(key);
    if (!other || !isSame(item, other, spend)) return false;
  }
  return true;
}

function isIn(left: Value, { value }: Value, spend: Spend): boolean {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).some((item) => {
      spend();
      return isSame(left, item, spend);
    });
  }
  if (typeof left.value !== 'string') return false;
  if (typeof value === 'string') return value.includes(left.value);
  return value instanceof Map && value.has(left.value);
}

/** Applies the comparison to the sign of the order. */
function toOrder(
  order: number | undefined,
  holds: (left: number, right: number) => boolean,
): boolean {
  return order !== undefined && holds(order, 0);
}

function inOrder(holds: (left: number | string, right: number | string) => boolean): Comparison {
  return (left, right) => {
    const [a, b] = [toComparable(left), toComparable(right)];
    if (isExact(a) || isExact(b)) return toOrder(compareExact(a, b), holds);
    const isOrdered = typeof a === 'number' || typeof a === 'string';
    return isOrdered && typeof a === typeof b && holds(a, b as typeof a);
  };
}
