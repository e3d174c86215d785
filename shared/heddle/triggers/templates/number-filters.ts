import { toNumber } from '../../domain/exact-number.ts';
import { define } from './filter.ts';
import {
  isFloat,
  isNumeric,
  toAbsolute,
  toDouble,
  toFloat,
  toInteger,
  toWhole,
  truncate,
} from './numbers.ts';
import { toNumeric } from './operands.ts';
import { MAX_DIGITS, roundDouble, roundInteger } from './rounding.ts';
import { isTrue, type Value } from './values.ts';

const METHODS = ['common', 'ceil', 'floor'];

/** Filters that give numbers, and truth. */
export const NUMBER_FILTERS = {
  abs: define('', (value) => toAbsolute(toNumeric(value))),
  bool: define('', toTruth),
  d: defineDefault(),
  default: defineDefault(),
  float: define('default=0.0', (value, [fallback]) => parseFloatOf(value) ?? toFallback(fallback)),
  int: define('default=0, base:whole=10', (value, [fallback, base]) => {
    return parseIntOf(value, Number(base)) ?? fallback;
  }),
  round: define('precision:whole=0, method:text="common"', round, ([precision, method]) => {
    if (typeof method === 'string' && !METHODS.includes(method)) {
      return `the argument "method" of filter "round" must be ${METHODS.join(', ')}`;
    }
    if (precision === undefined || Math.abs(Number(precision)) <= MAX_DIGITS) return undefined;
    return `the argument "precision" of filter "round" must be from -${MAX_DIGITS} to ${MAX_DIGITS}`;
  }),
};

function defineDefault() {
  return define('default_value="", boolean=false', (value, [fallback, boolean]) =>
    value === undefined || (isTrue(boolean) && !isTrue(value)) ? fallback : value,
  );
}

/** The default 0.0 of the signature is a float, which JSON does not tell from 0. */
function toFallback(fallback: Value): Value {
  return fallback === 0 ? toFloat(0) : fallback;
}

const TRUE_TEXTS = ['true', 'yes', 'on', '1'];

/** `true`, `yes`, `on` and `1` are true; numbers are, unless they are zero. */
function toTruth(value: Value): boolean {
  if (typeof value === 'string') return TRUE_TEXTS.includes(value.trim().toLowerCase());
  return isTrue(value);
}

const FLOAT =
  /^[-+]?(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i;
const NOT_FINITE = /^([-+]?)(inf|infinity|nan)$/i;

/** Python's `float(…)`; undefined where it fails. */
function parseFloatOf(value: Value): Value {
  if (isNumeric(value)) return isFloat(value) || isLong(value) ? value : toFloat(toDouble(value));
  if (typeof value !== 'string') return undefined;
  const number = parseDouble(value.trim());
  return number === undefined ? undefined : toFloat(number);
}

/** An integer beyond a double keeps its digits: see "Numbers". */
function isLong(value: Value): boolean {
  return typeof value === 'object' || typeof value === 'bigint';
}

function parseDouble(text: string): number | undefined {
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''));
  const [, sign, name] = NOT_FINITE.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Python's `int(…)`, or that of a float; undefined where both fail. */
function parseIntOf(value: Value, base: number): Value {
  if (isNumeric(value)) return truncate(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const whole = base === 10 ? parseDecimal(text) : parseBased(text, base);
  if (whole !== undefined) return whole;
  const written = toWritten(text);
  if (written !== undefined) return truncate(written);
  const number = parseDouble(text);
  return number === undefined ? undefined : truncate(toFloat(number));
}

/** Python reads no longer ones either. */
const MAX_DECIMALS = 4300;

function parseDecimal(text: string): Value {
  if (!/^[-+]?\d+(?:_\d+)*$/.test(text) || text.length > MAX_DECIMALS) return undefined;
  const digits = text.replaceAll('_', '').replace('+', '');
  return toWhole(BigInt(digits.startsWith('-') ? digits.slice(1) : digits) * sign(digits));
}

function sign(text: string): bigint {
  return text.startsWith('-') ? -1n : 1n;
}

/** A number as JSON writes it keeps all digits before its point. */
function toWritten(text: string) {
  if (!/^-?(?:0|[1-9]\d*)\.\d+$/.test(text)) return undefined;
  return toNumber(text);
}

const PREFIXES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16 };
const MAX_BASED = 1000;

function parseBased(text: string, base: number): Value {
  const [, minus, prefix, digits = ''] =
    /^([-+]?)(?:0([box]))?_?([\da-z]+(?:_[\da-z]+)*)$/i.exec(text) ?? [];
  const named = prefix === undefined ? undefined : PREFIXES[prefix.toLowerCase()];
  const isRadix = base >= 2 && base <= 36;
  if ((!isRadix && base !== 0) || digits.length > MAX_BASED) return undefined;
  if (named !== undefined && base !== 0 && named !== base) {
    return readDigits(`0${prefix}${digits}`, base, minus);
  }
  if (base === 0 && named === undefined && /^0\d*[1-9]/.test(digits)) return undefined;
  return readDigits(digits, base === 0 ? (named ?? 10) : base, minus);
}

function readDigits(written: string, base: number, minus = ''): Value {
  let sum = 0n;
  for (const char of written.replaceAll('_', '')) {
    const digit = Number.parseInt(char, 36);
    if (digit >= base) return undefined;
    sum = sum * BigInt(base) + BigInt(digit);
  }
  return written === '' ? undefined : toWhole(minus === '-' ? -sum : sum);
}

function round(value: Value, [precision, method]: readonly Value[]): Value {
  const number = toNumeric(value);
  const digits = Number(precision);
  if (Math.abs(digits) > MAX_DIGITS) throw new Error(`round takes at most ${MAX_DIGITS} digits`);
  if (method !== 'common') return roundTo(toDouble(number), digits, method);
  const whole = toInteger(number);
  if (whole !== undefined) return toWhole(roundInteger(whole, digits));
  return toFloat(roundDouble(toDouble(number), digits));
}

function roundTo(value: number, digits: number, method: Value): Value {
  if (method !== 'ceil' && method !== 'floor') throw new Error(`round takes ${METHODS.join(', ')}`);
  // As Jinja2 calculates it: ten to a negative power is a double, to a positive one an integer.
  const scaled = value * 10 ** digits;
  if (!Number.isFinite(scaled)) throw new Error('a number that is not finite cannot be rounded');
  const rounded = method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled);
  return toFloat((rounded + 0) / 10 ** digits);
}
