import { isInexact } from './exact-number.ts';

/** What is said of a number in a file that must be quoted. @param source as written */
export function toUnquotedText(source = ''): string {
  const shown = source === '' ? '' : ` (${source.slice(0, 40)})`;
  return `no double holds this number${shown}, so YAML and Bicep may round it: quote it, then it equals the number that is sent`;
}

/**
 * The digits of a number in YAML that its parser rounds; undefined where a double holds it, or where
 * it has none (`.inf`, `.nan`).
 * @param source as written: `9007199254740993`, `+1e400`, `0x7fffffffffffffff`
 * @see https://yaml.org/spec/1.2.2/#1032-tag-resolution
 */
export function findRoundedDigits(source: string): string | undefined {
  if (/^[-+]?\.(inf|nan)$/i.test(source)) return undefined;
  const text = /^0[xo]/.test(source) ? String(BigInt(source)) : toJsonNumber(source);
  return isInexact(text) ? text : undefined;
}

/** YAML allows a plus, zeros in front, and a point at either end. */
function toJsonNumber(source: string): string {
  return source
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|e)/i, '');
}
