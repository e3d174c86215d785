import {
  ExactNumber,
  isExact,
  isJsonNumber,
  toBigint,
  toNumber,
} from '../../domain/exact-number.ts';
import { type Node, Scope, type Value } from './jinja.ts';

/**
 * Numbers that no double holds, in templates. The library knows doubles only. Such a number is one
 * of its numeric values with an `ExactNumber` in it: written out and compared exactly, and rounded
 * where the library calculates with it. Whole numbers are added, subtracted and multiplied exactly,
 * and `%` is exact for them.
 */

type Constructor = new (value?: unknown) => Value;

/** The class of the library for a sample of JSON. */
function toConstructor(sample: unknown): Constructor {
  return new Scope().set('sample', sample).constructor as Constructor;
}

const TextValue = toConstructor('');
const TruthValue = toConstructor(true);
const NullValue = toConstructor(null);
const WholeValue = toConstructor(1);
const FractionValue = toConstructor(1.5);
const ListValue = toConstructor([]);
const MapValue = toConstructor({});

/** Converts JSON as the library does, except that it keeps numbers that no double holds. */
export function toValue(json: unknown): Value {
  if (typeof json === 'string') return new TextValue(json);
  if (typeof json === 'boolean') return new TruthValue(json);
  if (isJsonNumber(json)) return toNumeric(json);
  if (typeof json !== 'object' || json === null) return new NullValue();
  if (Array.isArray(json)) return new ListValue(json.map(toValue));
  return new MapValue(new Map(Object.entries(json).map(([key, item]) => [key, toValue(item)])));
}

function toNumeric(number: number | ExactNumber): Value {
  if (isExact(number)) return toExactValue(number);
  return Number.isInteger(number) ? new WholeValue(number) : new FractionValue(number);
}

function toExactValue(number: ExactNumber): Value {
  const value = number.isWhole ? new WholeValue(number) : new FractionValue(number);
  // The library's own text of a float is that of a double.
  return Object.assign(value, { toString: () => number.text });
}

/** The value of a literal that no double holds; undefined for other nodes. */
export function findExactLiteral({ value }: Node & { readonly value?: unknown }) {
  return isExact(value) ? toExactValue(value) : undefined;
}

const CALCULATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => a % b,
};

/** @returns undefined where the library calculates as well */
export function calculate(operator: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [left.value, right.value];
  if (!isJsonNumber(a) || !isJsonNumber(b) || !needsBigint(operator, a, b)) return undefined;
  const [x, y] = [toBigint(a), toBigint(b)];
  if (x === undefined || y === undefined || (operator === '%' && y === 0n)) return undefined;
  const result = CALCULATIONS[operator]?.(x, y);
  return result === undefined ? undefined : toNumeric(toNumber(String(result)));
}

function needsBigint(operator: string, a: number | ExactNumber, b: number | ExactNumber): boolean {
  if (isExact(a) || isExact(b)) return true;
  if (operator === '%') return false;
  const result = operator === '*' ? a * b : operator === '+' ? a + b : a - b;
  return Number.isInteger(result) && !Number.isSafeInteger(result);
}

/** Applies a filter to a number that no double holds. Undefined: the library applies it. */
export function applyExactFilter(name: string, operand: Value): Value | undefined {
  if (name === 'int') return toInt(operand);
  if (!isExact(operand.value)) return undefined;
  if (name === 'abs') return toExactValue(new ExactNumber(operand.value.text.replace('-', '')));
  return name === 'float' ? operand : undefined;
}

/** Drops the fraction. A text of digits becomes a number. */
function toInt({ value }: Value): Value | undefined {
  const number = typeof value === 'string' ? toNumber(value.trim()) : value;
  if (!isExact(number)) return undefined;
  if (number.isWhole) return toExactValue(number);
  const { sign, digits, scale } = number.decimal;
  const whole = scale > 0 ? digits.slice(0, scale) : '0';
  return toNumeric(toNumber(`${sign < 0 ? '-' : ''}${whole}`));
}

/** The number with the other sign; undefined where the library knows it. */
export function negate({ value }: Value): Value | undefined {
  if (!isExact(value)) return undefined;
  const { text } = value;
  return toExactValue(new ExactNumber(text.startsWith('-') ? text.slice(1) : `-${text}`));
}
