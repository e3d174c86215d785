import { compareDecimals, type Decimal, parseDecimal } from './decimal.ts';

declare global {
  interface JSON {
    /** @see https://tc39.es/proposal-json-parse-with-source/ */
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/**
 * A number of JSON that no double holds: `9007199254740993`, `0.10000000000000000555`, `1e400`. It
 * keeps its own text, which `JSON.stringify` writes bare. Values of type `Json` inside the product
 * may contain it, though the type does not say so: code of an app never gets it (see
 * {@link toPlainJson}), and whatever asks for the kinds of JSON takes it for none of them.
 */
export class ExactNumber {
  readonly text: string;
  #decimal: Decimal | undefined;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }

  toString(): string {
    return this.text;
  }

  /** The nearest double, for arithmetic. */
  valueOf(): number {
    return Number(this.text);
  }

  get decimal(): Decimal {
    // JSON's grammar was met when it was parsed.
    this.#decimal ??= parseDecimal(this.text) as Decimal;
    return this.#decimal;
  }

  get isWhole(): boolean {
    const { digits, scale } = this.decimal;
    return scale >= digits.length;
  }
}

export function isExact(value: unknown): value is ExactNumber {
  return value instanceof ExactNumber;
}

/** Whether a value is a number of JSON. */
export function isJsonNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** Whether a text is a number as JSON writes it, of a value that no double holds. */
export function isInexact(text: string): boolean {
  const double = Number(text);
  if (String(double) === text) return false;
  const decimal = parseDecimal(text);
  return decimal !== undefined && !isSameAsDouble(decimal, double);
}

function isSameAsDouble(decimal: Decimal, double: number): boolean {
  // A double is the number that it is written as: 1e23 is not the 99999999999999991611392 of its bits.
  const written = parseDecimal(String(double));
  return written !== undefined && compareDecimals(decimal, written) === 0;
}

/** Converts to a number of JSON: a double where it holds the value. */
export function toNumber(text: string): number | ExactNumber {
  return isInexact(text) ? new ExactNumber(text) : Number(text);
}

/** Longer whole numbers are not written out. */
const MAX_WHOLE_DIGITS = 1000;

/** Undefined unless it is a whole number of at most {@link MAX_WHOLE_DIGITS} digits. */
export function toBigint(number: number | ExactNumber): bigint | undefined {
  const decimal = toDecimal(number);
  if (!decimal) return undefined;
  const { sign, digits, scale } = decimal;
  if (scale < digits.length || scale > MAX_WHOLE_DIGITS) return undefined;
  return BigInt(sign) * BigInt(digits.padEnd(scale, '0'));
}

/**
 * Compares two numbers exactly, at least one of which is an {@link ExactNumber}. The other may also
 * be the text of a number that no double holds, since files must quote such a number.
 * @returns negative, zero or positive, as for `sort`; undefined unless both are numbers
 */
export function compareExact(a: unknown, b: unknown): number | undefined {
  const [left, right] = [toDecimal(a), toDecimal(b)];
  return left && right && compareDecimals(left, right);
}

function toDecimal(value: unknown): Decimal | undefined {
  if (value instanceof ExactNumber) return value.decimal;
  if (typeof value === 'number') return parseDecimal(String(value));
  return typeof value === 'string' && isInexact(value) ? parseDecimal(value) : undefined;
}
