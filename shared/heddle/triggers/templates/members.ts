import { isMethodOf } from './methods.ts';
import { isNumeric, toInteger } from './numbers.ts';
import { GROUP_PARTS } from './operands.ts';
import { countChars, Group, isDict, isList, toChars, type Value } from './values.ts';
import type { Work } from './work.ts';

/** `value.name`: a field of an object. Fields win over methods, which give no value without `()`. */
export function getAttribute(value: Value, name: string): Value {
  if (isDict(value) && value.has(name)) return value.get(name);
  if (isMethodOf(value, name)) throw new Error('a method without () is no value');
  if (value instanceof Group && GROUP_PARTS.includes(name)) return value[GROUP_PARTS.indexOf(name)];
  if (name !== 'length') return undefined;
  if (isList(value)) return value.length;
  return typeof value === 'string' ? countChars(value) : undefined;
}

/** `value[key]` */
export function getItem(value: Value, key: Value, work: Work): Value {
  if (typeof key === 'string') return getAttribute(value, key);
  const index = isNumeric(key) ? toInteger(key) : undefined;
  if (index === undefined) return undefined;
  if (isList(value)) return value.at(toIndex(index, value.length));
  if (typeof value !== 'string') return undefined;
  work.read(value);
  return toChars(value).at(toIndex(index, value.length));
}

/** `at` cuts an index to an integer of 53 bits; beyond the list there is nothing. */
function toIndex(index: bigint, length: number): number {
  const number = Number(index);
  return Math.abs(number) > length ? length : number;
}

type Bound = number | undefined;

export function getSlice(value: Value, bounds: readonly Value[], work: Work): Value {
  if (!isList(value) && typeof value !== 'string') {
    throw new Error('Slice object must be an array or string');
  }
  const [start, stop, step = 1] = ['start', 'stop', 'step'].map((name, at) =>
    toBound(name, bounds[at]),
  );
  if (step === 0) throw new Error('the step of a slice must not be zero');
  work.read(value);
  const items = typeof value === 'string' ? toChars(value) : value;
  const indices = toIndices(items.length, start, stop, step);
  const picked = indices.map((index) => items[index]);
  return typeof value === 'string' ? picked.join('') : picked;
}

function toBound(name: string, value: Value): Bound {
  if (value === undefined || value === null) return undefined;
  const integer = isNumeric(value) ? toInteger(value) : undefined;
  if (integer === undefined) throw new Error(`Slice ${name} must be numeric or undefined`);
  return Number(integer);
}

/** As `slice.indices` of Python. */
function toIndices(length: number, start: Bound, stop: Bound, step: number): readonly number[] {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: Bound, fallback: number) => {
    if (bound === undefined) return fallback;
    return Math.min(high, Math.max(low, bound < 0 ? bound + length : bound));
  };
  const from = clamp(start, step > 0 ? low : high);
  const to = clamp(stop, step > 0 ? high : low);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, at) => from + at * step);
}
