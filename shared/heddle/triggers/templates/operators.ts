import { COMPARISONS } from './comparisons.ts';
import { calculate, isNumeric, toInteger } from './numbers.ts';
import { format, hasPlaces } from './printf.ts';
import { toText } from './spelling.ts';
import { isDict, isList, Tuple, type Value } from './values.ts';
import type { Work } from './work.ts';

export function compareValues(operator: string, left: Value, right: Value, work: Work): boolean {
  work.read(left);
  work.read(right);
  return COMPARISONS[operator]?.(left, right, () => work.spend(1)) ?? false;
}

/** @throws where Python does, except that `+` adds a number or a truth value to a text */
export function combine(operator: string, left: Value, right: Value, work: Work): Value {
  if (isNumeric(left) && isNumeric(right)) return calculate(operator, left, right);
  if (operator === '%' && typeof left === 'string') return formatOf(left, right, work);
  if (left === undefined || right === undefined) {
    throw new Error(`Cannot perform operation ${operator} on undefined values`);
  }
  if (left === null || right === null) throw new Error('Cannot perform operation on null values');
  const result = operator === '+' ? add(left, right, work) : multiply(operator, left, right, work);
  if (result !== undefined) return result;
  throw new Error(`Unknown operator "${operator}" between ${nameOf(left)} and ${nameOf(right)}`);
}

/** A tuple gives several arguments; a list is one, which a format need not use, as in Python. */
function formatOf(text: string, right: Value, work: Work): string {
  const isOptional = right === undefined || (isList(right) && !(right instanceof Tuple));
  if (isOptional && !hasPlaces(text)) return format(text, [], work);
  return format(text, right instanceof Tuple ? right : [right], work);
}

function add(left: Value, right: Value, work: Work): Value {
  if (isList(left) && isList(right)) {
    work.spend(left.length + right.length);
    return left instanceof Tuple && right instanceof Tuple
      ? (Tuple.from([...left, ...right]) as Tuple)
      : [...left, ...right];
  }
  const isText = typeof left === 'string' || typeof right === 'string';
  if (!isText || [left, right].some((side) => isList(side) || isDict(side))) return undefined;
  const text = `${toText(left)}${toText(right)}`;
  work.spend(text.length);
  return text;
}

/** A text or a list, so many times. */
function multiply(operator: string, left: Value, right: Value, work: Work): Value {
  if (operator !== '*') return undefined;
  const [many, count] = isNumeric(left) ? [right, left] : [left, right];
  const times = isNumeric(count) ? toInteger(count) : undefined;
  if (times === undefined || (typeof many !== 'string' && !isList(many))) return undefined;
  if (many.length === 0) return many;
  const size = Math.max(0, Number(times));
  work.spend(Math.max(1, many.length) * size);
  if (typeof many === 'string') return many.repeat(size);
  return Array.from({ length: size }, () => many).flat();
}

function nameOf(value: Value): string {
  if (typeof value === 'string') return 'a text';
  if (isList(value)) return 'a list';
  if (isDict(value)) return 'an object';
  return typeof value === 'boolean' ? 'a truth value' : 'a number';
}

export function concat(values: readonly Value[], work: Work): string {
  let text = '';
  for (const value of values) {
    work.readAll(value);
    text += toText(value);
  }
  work.spend(text.length);
  return text;
}
