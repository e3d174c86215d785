import { type OnChanged, toJsonValues } from './code-values.ts';
import { ExactNumber, isInexact } from './exact-number.ts';
import type { Json } from './json.ts';

/**
 * Finds a number that a double may not hold: 16 or more digits in a row, or an exponent. A number
 * within a text may be taken for one, which costs time only. Each position is looked at a bounded
 * number of times.
 */
const SUSPECT = /[:,[\s]-?\d(?:[\d.]{15}|[\d.]{0,14}[eE])/;
/** The whole text is a number. */
const ALONE = /^-?\d/;

/** Whether {@link parseExactJson} looks at each value. */
export function mayBeInexact(text: string): boolean {
  return SUSPECT.test(text) || ALONE.test(text);
}

/** A text has more numbers that no double holds than its reader allows. */
export class TooManyExactError extends Error {}

/**
 * Parses JSON as `JSON.parse` does, except that a number that no double holds becomes an
 * {@link ExactNumber}. Without such a number it costs one scan of the text more than `JSON.parse`.
 * @param maxExact the most numbers of that kind
 * @throws {SyntaxError} the text is not JSON
 * @throws {TooManyExactError}
 */
export function parseExactJson(text: string, maxExact = Number.POSITIVE_INFINITY): unknown {
  if (!mayBeInexact(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, createKeeper(maxExact));
  } catch (error) {
    // A nesting too deep for a reviver. Every place that parses what was sent refuses it for that.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

/** @see https://tc39.es/proposal-json-parse-with-source/ */
function createKeeper(maxExact: number) {
  let left = maxExact;
  return (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source;
    if (typeof value !== 'number' || source === undefined || !isInexact(source)) return value;
    if (left-- <= 0) throw new TooManyExactError(`more than ${maxExact} numbers`);
    return new ExactNumber(source);
  };
}

/**
 * Writes JSON as `JSON.stringify` does, and bigints, which code may use for numbers that no double
 * holds, as numbers.
 */
export function stringifyExact(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // A function for every value is slow, so it is only asked where a bigint may be.
    return JSON.stringify(value, writeBigint);
  }
}

function writeBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value;
}

/**
 * Converts what code gave to plain JSON: dates become texts, Maps objects, Sets lists, undefined
 * becomes null.
 * @param onChanged called for each value that JSON has no form for
 */
export function toExactJson(value: unknown, onChanged?: OnChanged): Json {
  return parseExactJson(stringifyExact(toJsonValues(value, onChanged)) ?? 'null') as Json;
}

/**
 * Converts JSON to what code of an app is given: a number that no double holds becomes the text of
 * its digits. The same object where there is none.
 */
export function toPlainJson<T>(value: T): T {
  return convert(value, ({ text }) => text) as T;
}

/** Converts to doubles, for a schema that knows no other numbers. */
export function toRoundedJson<T>(value: T): T {
  const { MAX_VALUE } = Number;
  return convert(value, (number) => Math.min(Math.max(Number(number), -MAX_VALUE), MAX_VALUE)) as T;
}

type Convert = (number: ExactNumber) => unknown;

function convert(value: unknown, to: Convert): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return to(value);
  if (Array.isArray(value)) return convertList(value, to);
  return isPlainObject(value) ? convertObject(value, to) : value;
}

/** Objects of other classes are not JSON: dates, streams. */
function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function convertList(list: readonly unknown[], to: Convert): readonly unknown[] {
  let converted: unknown[] | undefined;
  list.forEach((item, index) => {
    const plain = convert(item, to);
    if (plain === item) return;
    converted ??= [...list];
    converted[index] = plain;
  });
  return converted ?? list;
}

function convertObject(object: Readonly<Record<string, unknown>>, to: Convert): object {
  let converted: Record<string, unknown> | undefined;
  for (const key in object) {
    const plain = convert(object[key], to);
    if (plain === object[key]) continue;
    converted ??= copy(object);
    // Defined: an assignment to `__proto__` would not make a key.
    Object.defineProperty(converted, key, {
      ...{ value: plain, enumerable: true, writable: true, configurable: true },
    });
  }
  return converted ?? object;
}

function copy(object: object): Record<string, unknown> {
  const isPlain = Object.getPrototypeOf(object) !== null;
  return isPlain ? { ...object } : Object.assign(Object.create(null), object);
}
