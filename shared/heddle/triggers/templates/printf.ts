import { isFloat, isNumeric, toDouble, toInteger, truncate } from './numbers.ts';
import { toFixed } from './rounding.ts';
import { toText } from './spelling.ts';
import { countChars, isDict, toChars, type Value } from './values.ts';
import type { Work } from './work.ts';

/**
 * Formats as `%` of Python does.
 * @see https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting
 */
const PLACE = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([\s\S]?)/g;
const MAX_WIDTH = 1000;
const MAX_PRECISION = 100;

interface Place {
  readonly name?: string;
  readonly flags: string;
  readonly width: number;
  readonly precision?: number;
  readonly conversion: string;
}

function toPlace(found: RegExpMatchArray | readonly string[]): Place {
  const [, name, flags = '', width = '', precision, conversion = ''] = found;
  if (width === '*' || precision === '*') throw new Error('a width of * is not supported');
  const place = {
    flags,
    width: Number(width),
    conversion,
    ...(name !== undefined && { name }),
    ...(precision !== undefined && { precision: Number(precision) }),
  };
  if (place.width > MAX_WIDTH || (place.precision ?? 0) > MAX_PRECISION) {
    throw new Error(`a format has a width of at most ${MAX_WIDTH}, and ${MAX_PRECISION} digits`);
  }
  if (conversion === '') throw new Error('the format ends after %');
  if (!'diusfFeEgGxXoc%'.includes(conversion)) {
    throw new Error(`unknown format %${conversion}: use %s, %d, %f, %e, %g, %x, %o, %c or %%`);
  }
  return place;
}

/** Why a format that is written out can give nothing. */
export function findFormatFault(text: string): string | undefined {
  try {
    for (const found of text.matchAll(PLACE)) toPlace(found);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a format takes arguments. */
export function hasPlaces(text: string): boolean {
  return text.matchAll(PLACE).some(({ 0: place }) => !place.endsWith('%'));
}

/** @param args several arguments; one object serves places with names */
export function format(text: string, args: readonly Value[], work: Work): string {
  let used = 0;
  const named = args.length === 1 && isDict(args[0]) ? args[0] : undefined;
  const take = ({ name }: Place): Value => {
    if (name !== undefined) return fromNamed(named, name);
    if (used >= args.length) throw new Error('not enough arguments for the format');
    used += 1;
    return args[used - 1];
  };
  const written = text.replace(PLACE, (...found: string[]) => {
    const place = toPlace(found.slice(0, 6));
    if (place.conversion === '%') return '%';
    const spelled = write(place, take(place), work);
    work.spend(spelled.length);
    return spelled;
  });
  if (used < args.length && !named) throw new Error('not all arguments were used by the format');
  return written;
}

function fromNamed(named: ReadonlyMap<string, Value> | undefined, name: string): Value {
  if (!named) throw new Error('a format with names needs an object');
  if (!named.has(name)) throw new Error(`the format names "${name}", which the object lacks`);
  return named.get(name);
}

function write(place: Place, value: Value, work: Work): string {
  const { conversion, precision } = place;
  if (conversion === 's' || conversion === 'c') {
    work.readAll(value);
    const text = conversion === 's' ? toText(value) : toChar(value);
    return pad(place, '', precision === undefined ? text : cut(text, precision));
  }
  if (!isNumeric(value)) throw new Error(`a number is expected for %${conversion}`);
  return 'fFeEgG'.includes(conversion)
    ? writeSigned(place, writeFloat(place, toDouble(value)))
    : writeSigned(place, writeInteger(place, value));
}

function cut(text: string, length: number): string {
  return countChars(text) <= length ? text : toChars(text).slice(0, length).join('');
}

function toChar(value: Value): string {
  if (typeof value === 'string' && countChars(value) === 1) return value;
  if (isNumeric(value) && !isFloat(value) && Number(value) >= 0 && Number(value) <= 0x10ffff) {
    return String.fromCodePoint(Number(value));
  }
  throw new Error('%c takes one character, or its number');
}

function writeInteger({ conversion, flags, precision = 0 }: Place, value: Value): string {
  const isHex = conversion === 'x' || conversion === 'X' || conversion === 'o';
  if (!isNumeric(value) || (isHex && isFloat(value))) {
    throw new Error(`a whole number is expected for %${conversion}`);
  }
  const whole = isFloat(value) ? truncate(value) : value;
  const integer = isNumeric(whole) ? toInteger(whole) : undefined;
  if (integer === undefined) throw new Error('a number that can be written out is expected');
  const base = conversion === 'o' ? 8 : isHex ? 16 : 10;
  const digits = (integer < 0n ? -integer : integer).toString(base).padStart(precision, '0');
  const prefix = flags.includes('#') && isHex ? `0${conversion}` : '';
  const text = `${integer < 0n ? '-' : ''}${prefix}${digits}`;
  return conversion === 'X' ? text.toUpperCase() : text;
}

function writeFloat({ conversion, flags, precision = 6 }: Place, value: number): string {
  const isUpper = conversion < 'a';
  const text = Number.isFinite(value)
    ? writeFinite(conversion.toLowerCase(), value, precision, flags.includes('#'))
    : String(value).replace('Infinity', 'inf').replace('NaN', 'nan');
  return isUpper ? text.toUpperCase() : text;
}

function writeFinite(kind: string, value: number, precision: number, keepsZeros: boolean): string {
  if (kind === 'f') return toFixed(value, precision);
  if (kind === 'e') return toExponential(value, precision);
  const digits = precision || 1;
  const written = toExponential(value, digits - 1);
  const exponent = Number(written.split('e')[1]);
  const isLong = exponent < -4 || exponent >= digits;
  const [number = '', power] = (isLong ? written : toFixed(value, digits - 1 - exponent)).split(
    'e',
  );
  const short = keepsZeros || !number.includes('.') ? number : number.replace(/\.?0+$/, '');
  return power === undefined ? short : `${short}e${power}`;
}

function toExponential(value: number, digits: number): string {
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${value.toExponential(digits)}`.replace(
    /e([-+])(\d)$/,
    (_, power: string, digit: string) => `e${power}0${digit}`,
  );
}

function writeSigned(place: Place, text: string): string {
  const { flags } = place;
  if (text.startsWith('-')) return pad(place, '-', text.slice(1));
  return pad(place, flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '', text);
}

function pad({ flags, width, conversion }: Place, sign: string, text: string): string {
  const missing = Math.max(0, width - countChars(text) - sign.length);
  if (flags.includes('-')) return `${sign}${text}${' '.repeat(missing)}`;
  const isZero = flags.includes('0') && conversion !== 's' && conversion !== 'c';
  if (!isZero) return `${' '.repeat(missing)}${sign}${text}`;
  const [, prefix = '', rest = ''] = /^(0[xXo])?([\s\S]*)$/.exec(text) ?? [];
  return `${sign}${flags.includes('#') ? prefix : ''}${'0'.repeat(missing)}${flags.includes('#') ? rest : text}`;
}
