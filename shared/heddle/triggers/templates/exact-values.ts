import { ExactNumber, isExact, isJsonNumber, toNumber } from '../../domain/exact-number.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { type Node, Scope, type Value } from './jinja.ts';

/**
 * Numbers that no double holds, in templates. The library knows doubles only. Such a number is one
 * of its numeric values with an `ExactNumber` in it: written out and compared exactly, and rounded
 * where the library calculates with it. Whole numbers are added, subtracted and multiplied exactly,
 * and `%` is exact for them.
 */

/** Longer results are calculated as doubles. */
const MAX_DIGITS = 1000;

/** Puts the exact numbers back into a value that the library has converted from `json`. */
export function restoreExact(json: Json, value: Value): Value {
  if (isExact(json)) return toExactValue(json);
  if (Array.isArray(json)) {
    const items = value.value as Value[];
    json.forEach((item, index) => {
      items[index] = restoreExact(item, items[index] as Value);
    });
  } else if (isJsonObject(json)) {
    const entries = value.value as Map<string, Value>;
    for (const [key, item] of entries) entries.set(key, restoreExact(json[key] as Json, item));
  }
  return value;
}

/** The value of a literal that no double holds; undefined for other nodes. */
export function findExactLiteral({ value }: Node & { readonly value?: unknown }) {
  return isExact(value) ? toExactValue(value) : undefined;
}

export function toExactValue(number: ExactNumber): Value {
  const made = new Scope().set('number', isWhole(number) ? 1 : 1.5);
  // The library's own text of a float is that of a double.
  return Object.assign(made, { value: number, toString: () => number.text });
}

/** @returns undefined where the library calculates as well */
export function calculate(operator: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [left.value, right.value];
  if (!isJsonNumber(a) || !isJsonNumber(b) || !needsBigint(operator, a, b)) return undefined;
  const [x, y] = [toBigint(a), toBigint(b)];
  if (x === undefined || y === undefined || (operator === '%' && y === 0n)) return undefined;
  const result = CALCULATIONS[operator]?.(x, y);
  return result === undefined ? undefined : toValue(toNumber(String(result)));
}

const CALCULATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => a % b,
};

type Numeric = number | ExactNumber;

function needsBigint(operator: string, a: Numeric, b: Numeric): boolean {
  if (!Object.hasOwn(CALCULATIONS, operator)) return false;
  if (isExact(a) || isExact(b)) return true;
  const result = operator === '*' ? a * b : operator === '+' ? a + b : a - b;
  return operator !== '%' && Number.isInteger(result) && !Number.isSafeInteger(result);
}

/** Undefined unless it is a whole number of bounded length. */
function toBigint(number: Numeric): bigint | undefined {
  const exact = isExact(number) ? number : new ExactNumber(String(number));
  const { sign, digits, scale } = exact.decimal;
  if (!isWhole(exact) || scale > MAX_DIGITS || digits.length > MAX_DIGITS) return undefined;
  return BigInt(sign) * BigInt(digits.padEnd(scale, '0') || 0);
}

/** Applies a filter to a number that no double holds. Undefined: the library applies it. */
export function applyExactFilter(name: string, operand: Value): Value | undefined {
  if (name === 'int') return toInt(operand);
  if (name === 'abs') return toAbs(operand);
  return name === 'float' && isExact(operand.value) ? operand : undefined;
}

function toInt({ value }: Value): Value | undefined {
  const number = typeof value === 'string' ? toNumber(value.trim()) : value;
  if (!isExact(number)) return undefined;
  const { sign, digits, scale } = number.decimal;
  if (isWhole(number)) return toExactValue(number);
  if (scale > MAX_DIGITS) return undefined;
  const whole = scale > 0 ? digits.slice(0, scale) : '0';
  return toValue(toNumber(`${sign < 0 ? '-' : ''}${whole}`));
}

function toAbs({ value }: Value): Value | undefined {
  return isExact(value) ? toExactValue(new ExactNumber(value.text.replace(/^-/, ''))) : undefined;
}

/** The number with the other sign; undefined where the library knows it. */
export function negate({ value }: Value): Value | undefined {
  if (!isExact(value)) return undefined;
  const { text } = value;
  return toExactValue(new ExactNumber(text.startsWith('-') ? text.slice(1) : `-${text}`));
}

function isWhole({ decimal: { digits, scale } }: ExactNumber): boolean {
  return scale >= digits.length;
}

function toValue(number: Numeric): Value {
  return isExact(number) ? toExactValue(number) : new Scope().set('number', number);
}
