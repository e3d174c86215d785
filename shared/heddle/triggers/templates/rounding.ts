/** Digits after the point of a double that JavaScript can write out exactly. */
export const MAX_DIGITS = 100;

/**
 * Writes a double with so many digits after the point, as Python does: by its exact value, and half
 * a unit to the even digit. `toFixed` is exact too, but takes half a unit up.
 */
export function toFixed(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size >= 1e21) return `${sign}${BigInt(size)}${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`;
  const up = size.toFixed(digits);
  return `${sign}${isHalf(size, digits) ? toEven(up, digits) : up}`;
}

function isHalf(size: number, digits: number): boolean {
  if (digits >= MAX_DIGITS) return false;
  const [, part = ''] = size.toFixed(MAX_DIGITS).split('.');
  return /^50*$/.test(part.slice(digits));
}

/** Half a unit was taken up: an odd digit is one too high. */
function toEven(up: string, digits: number): string {
  const last = Number(up.at(-1));
  if (last % 2 === 0) return up;
  const whole = BigInt(up.replace('.', '')) - 1n;
  const text = String(whole).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Python's `round(value, digits)` of a double. */
export function roundDouble(value: number, digits: number): number {
  if (!Number.isFinite(value)) throw new Error('a number that is not finite cannot be rounded');
  if (digits >= 0) return Number(toFixed(value, digits));
  const unit = 10n ** BigInt(-digits);
  const size = Math.abs(value);
  const whole = BigInt(Math.trunc(size));
  const rounded = Number(roundWhole(whole, unit, size > Math.trunc(size)));
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** The multiple of `unit` that is nearest to a positive number; half a unit goes to the even one. */
function roundWhole(whole: bigint, unit: bigint, hasFraction: boolean): bigint {
  const rest = whole % unit;
  const floor = whole - rest;
  const twice = rest * 2n;
  const isUp = twice > unit || (twice === unit && (hasFraction || (floor / unit) % 2n === 1n));
  return isUp ? floor + unit : floor;
}

/** Python's `round(value, digits)` of an integer. */
export function roundInteger(value: bigint, digits: number): bigint {
  if (digits >= 0) return value;
  const unit = 10n ** BigInt(-digits);
  return value < 0n ? -roundWhole(-value, unit, false) : roundWhole(value, unit, false);
}
