import { ExactNumber, isJsonNumber, toNumber } from '../../domain/exact-number.ts';
import type { Json } from '../../domain/json.ts';

/**
 * Values of templates: JSON, with maps for objects, `undefined` for what is missing, and numbers as
 * Python has them. A JavaScript number is an integer of Python if it is whole, else a float. A
 * whole float is a {@link Float}, a large integer that was calculated is a bigint, and a number of
 * the payload that no double holds is an {@link ExactNumber}.
 */
export type Value =
  | undefined
  | null
  | boolean
  | string
  | number
  | bigint
  | Float
  | ExactNumber
  | List
  | Dict;
export type List = readonly Value[];
export type Dict = ReadonlyMap<string, Value>;

/** A float with a whole value: `2.0`. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A list that `%` takes for several arguments: `(a, b)`, an item of `items`. */
export class Tuple extends Array<Value> {
  /** What is made of its items is a list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** An item of `groupby`. */
export class Group extends Tuple {}

export function toTuple(...items: readonly Value[]): Tuple {
  return Tuple.from(items) as Tuple;
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map;
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

export function isNothing(value: Value): value is undefined | null {
  return value === undefined || value === null;
}

/** Truth in Python: empty, zero and missing values are false. */
export function isTrue(value: Value): boolean {
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof ExactNumber) return value.decimal.sign !== 0;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  return Number.isNaN(value) || Boolean(value);
}

/** Copies JSON, so that no template reaches a prototype or a getter. */
export function toValue(json: unknown): Value {
  if (typeof json !== 'object') return json as Value;
  if (json === null || isJsonNumber(json)) return json;
  if (Array.isArray(json)) return json.map(toValue);
  return new Map(Object.entries(json).map(([key, item]) => [key, toValue(item)]));
}

/** Converts back to JSON. A missing value within lists and objects is null. */
export function toJson(value: Value): Json {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return toNumber(String(value)) as Json;
  if (value instanceof Float) return value.value + 0;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (isList(value)) return Array.from(value, toJson);
  if (!isDict(value)) return value as Json;
  return Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)]));
}

/** The characters that Python counts: code points. */
export function toChars(text: string): readonly string[] {
  return Array.from(text);
}

export function countChars(text: string): number {
  // Counting by code points is slow, and most texts have no surrogates.
  return /[\ud800-\udfff]/.test(text) ? toChars(text).length : text.length;
}
