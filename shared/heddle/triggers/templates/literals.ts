import { toNumber } from '../../domain/exact-number.ts';
import { toFloat, toWhole } from './numbers.ts';
import type { Value } from './values.ts';

/** A number of a template: `1_000`, `1.5`, `1e3`, `0xff`. */
export function readNumber(written: string): Value {
  const text = written.replaceAll('_', '').toLowerCase();
  if (/^0[box]/.test(text)) return toWhole(BigInt(text));
  const number = toNumber(text.replace(/^0+(?=\d)/, ''));
  const isFloat = /[.e]/.test(text);
  return isFloat && typeof number === 'number' ? toFloat(number) : number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' },
  ...{ "'": "'", '"': '"', '\\': '\\', '\n': '' },
};
const ESCAPE = /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;

/**
 * A text as Python reads it. An unknown escape is a fault here, and a backslash there: it is most
 * likely a typing error.
 */
export function readText(written: string): string {
  return written.replace(ESCAPE, (_, code: string) => {
    const simple = ESCAPES[code];
    if (simple !== undefined) return simple;
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if ('xuU'.includes(code)) {
      throw new Error(`Invalid hexadecimal escape sequence: \\${code}`);
    }
    throw new Error(`Unexpected escaped character: ${code}`);
  });
}
