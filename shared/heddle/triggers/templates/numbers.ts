import { ExactNumber, isExact, toBigint, toNumber } from '../../domain/exact-number.ts';
import { Float, type Value } from './values.ts';

/**
 * Arithmetic as in Python: integers of any size, `%` and `//` that round down, floats that are
 * doubles. Numbers that no double holds are exact in all calculations of integers.
 */
export type Numeric = boolean | number | bigint | Float | ExactNumber;

/** 1,000 decimal digits. */
const MAX_BITS = 3322;

export function isNumeric(value: Value): value is Numeric {
  const type = typeof value;
  if (type === 'number' || type === 'bigint' || type === 'boolean') return true;
  return value instanceof Float || isExact(value);
}

export function isFloat(value: Value): boolean {
  if (typeof value === 'number') return !Number.isInteger(value);
  return value instanceof Float || (isExact(value) && !value.isWhole);
}

/** Python's `float(…)`. */
export function toDouble(value: Numeric): number {
  return value instanceof Float ? value.value : Number(value);
}

export function toFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

export function toWhole(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Undefined for floats, and for integers too long to be written out. */
export function toInteger(value: Numeric): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (isFloat(value)) return undefined;
  return typeof value === 'boolean' ? BigInt(value) : toBigint(value as number | ExactNumber);
}

/** @throws what Python's error says, without the values */
export function calculate(operator: string, left: Numeric, right: Numeric): Value {
  if (Number.isInteger(left) && Number.isInteger(right)) {
    const fast = calculateFast(operator, left as number, right as number);
    if (fast !== undefined) return fast;
  }
  const [a, b] = [toInteger(left), toInteger(right)];
  if (a === undefined || b === undefined) {
    return toFloat(calculateFloats(operator, toDouble(left), toDouble(right)));
  }
  return calculateIntegers(operator, a, b);
}

/** Undefined where doubles do not hold the result. */
function calculateFast(operator: string, a: number, b: number): number | undefined {
  const result = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
  if ('+-*'.includes(operator) && operator.length === 1) {
    return Number.isSafeInteger(result) ? result + 0 : undefined;
  }
  if (operator !== '%' || b === 0 || !Number.isSafeInteger(a) || !Number.isSafeInteger(b)) {
    return undefined;
  }
  return toFloored(a % b, b) + 0;
}

/** The remainder with the sign of the divisor. */
function toFloored(remainder: number, divisor: number): number {
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}

function calculateIntegers(operator: string, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return toWhole(a + b);
    case '-':
      return toWhole(a - b);
    case '*':
      return toWhole(bounded(a, b) && a * b);
    case '**':
      return power(a, b);
  }
  if (b === 0n) throw new Error('division by zero');
  if (operator === '/') return toFloat(divide(a, b));
  const rest = a % b;
  const isUneven = rest !== 0n && rest < 0n !== b < 0n;
  if (operator === '%') return toWhole(isUneven ? rest + b : rest);
  return toWhole(isUneven ? a / b - 1n : a / b);
}

function toBits(value: bigint): number {
  return value.toString(16).length * 4;
}

function bounded(a: bigint, b: bigint): bigint {
  if (toBits(a) + toBits(b) > 2 * MAX_BITS) throw new Error('a number of too many digits');
  return 1n;
}

function power(a: bigint, b: bigint): Value {
  if (b < 0n) return toFloat(calculateFloats('**', Number(a), Number(b)));
  if (a === 0n || a === 1n || a === -1n) return toWhole(a ** (b === 0n ? 0n : 2n - (b % 2n)));
  if (b > MAX_BITS || toBits(a) * Number(b) > MAX_BITS * 4) {
    throw new Error('a number of too many digits');
  }
  return toWhole(a ** b);
}

/** The double nearest to the quotient: both may have more digits than a double. */
function divide(a: bigint, b: bigint): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) return x / y;
  const shift = BigInt(Math.max(0, 70 + toBits(b) - toBits(a)));
  const scaled = a << shift;
  // A last bit for what is left over, so that half a unit is not rounded as if it were exact.
  const quotient = (scaled / b) * 2n + (scaled % b === 0n ? 0n : scaled < 0n === b < 0n ? 1n : -1n);
  return Number(quotient) / 2 ** (Number(shift) + 1);
}

function calculateFloats(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '**':
      return powerOfFloats(a, b);
  }
  if (b === 0) throw new Error('division by zero');
  if (operator === '/') return a / b;
  const rest = remainder(a, b);
  return operator === '%' ? rest : floor(a, b, rest);
}

function remainder(a: number, b: number): number {
  const rest = toFloored(a % b, b);
  return rest === 0 ? (b < 0 ? -0 : 0) : rest;
}

/** As CPython's `float_floor_div`. */
function floor(a: number, b: number, rest: number): number {
  const quotient = (a - rest) / b;
  if (quotient === 0) return a / b < 0 ? -0 : 0;
  const floored = Math.floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

function powerOfFloats(a: number, b: number): number {
  if (a === 0 && b < 0) throw new Error('zero cannot be raised to a negative power');
  if (a === 1 || (a === -1 && !Number.isFinite(b))) return 1;
  const result = a ** b;
  const areFinite = Number.isFinite(a) && Number.isFinite(b);
  if (areFinite && !Number.isFinite(result)) throw new Error('the power is no real number');
  return result;
}

/** The number with the other sign. */
export function negate(value: Numeric): Value {
  if (isExact(value)) {
    const { text } = value;
    return new ExactNumber(text.startsWith('-') ? text.slice(1) : `-${text}`);
  }
  if (value instanceof Float) return new Float(-value.value);
  return typeof value === 'bigint' ? toWhole(-value) : -Number(value) + 0;
}

export function toAbsolute(value: Numeric): Value {
  if (isExact(value)) return new ExactNumber(value.text.replace('-', ''));
  if (value instanceof Float) return new Float(Math.abs(value.value));
  if (typeof value === 'bigint') return value < 0n ? -value : value;
  return Math.abs(Number(value));
}

/** Drops the fraction. Undefined for what is not finite. */
export function truncate(value: Numeric): Value {
  if (isExact(value)) return truncateExact(value);
  if (typeof value === 'bigint') return value;
  const number = toDouble(value);
  if (!Number.isFinite(number)) return undefined;
  return Number.isSafeInteger(number) || !isFloat(value)
    ? Math.trunc(number) + 0
    : toWhole(BigInt(Math.trunc(number)));
}

function truncateExact(number: ExactNumber): Value {
  if (number.isWhole) return number;
  const { sign, digits, scale } = number.decimal;
  const whole = scale > 0 ? digits.slice(0, scale) : '0';
  return toNumber(`${sign < 0 ? '-' : ''}${whole}`);
}
