/**
 * A decimal number for comparisons: `0.digits × 10^scale`. Digits have no zeros at either end, so
 * numbers of equal value have equal parts, and the work is that of the text: `1e1000000000` is
 * never written out.
 */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  /** Infinite where the exponent has more digits than a double: then `beyond` decides. */
  readonly scale: number;
  /** The digits of such an exponent, and the scale without it. */
  readonly beyond?: { readonly exponent: string; readonly point: number };
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?)(\d+))?$/;
const MAX_EXPONENT_DIGITS = 15;
const ZERO: Decimal = { sign: 0, digits: '', scale: 0 };

/** Undefined unless the text is a number as JSON writes it. */
export function parseDecimal(text: string): Decimal | undefined {
  const found = NUMBER.exec(text);
  if (!found) return undefined;
  const [, minus, whole = '', part = '', exponentSign = '', written = ''] = found;
  if (whole.length > 1 && whole.startsWith('0')) return undefined;
  const all = `${whole}${part}`;
  const first = all.search(/[1-9]/);
  if (first < 0) return ZERO;
  const sign = minus === '-' ? -1 : 1;
  const digits = all.slice(first, toEnd(all));
  const point = whole.length - first;
  const exponent = written.replace(/^0+/, '');
  if (exponent.length <= MAX_EXPONENT_DIGITS) {
    return { sign, digits, scale: point + Number(`${exponentSign}${exponent || 0}`) };
  }
  const scale = exponentSign === '-' ? -Infinity : Infinity;
  return { sign, digits, scale, beyond: { exponent, point } };
}

/** The end of the digits without the zeros behind them. A pattern would try at every zero. */
function toEnd(digits: string): number {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return end;
}

/** Negative, zero or positive, as for `sort`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign;
  return a.sign * compareMagnitudes(a, b);
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.scale !== b.scale) return a.scale < b.scale ? -1 : 1;
  return compareBeyond(a, b) || compareTexts(a.digits, b.digits);
}

function compareBeyond({ scale, beyond: a }: Decimal, { beyond: b }: Decimal): number {
  if (!a || !b) return 0;
  const { length } = a.exponent;
  const byExponent = length - b.exponent.length || compareTexts(a.exponent, b.exponent);
  return byExponent * (scale < 0 ? -1 : 1) || a.point - b.point;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
