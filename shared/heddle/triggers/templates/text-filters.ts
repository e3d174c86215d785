import { define } from './filter.ts';
import { isNumeric, toDouble } from './numbers.ts';
import { readTextOf } from './operands.ts';
import { format } from './printf.ts';
import * as python from './python-texts.ts';
import { toFixed } from './rounding.ts';
import { toText } from './spelling.ts';
import { quoteUrl, toQuery } from './urls.ts';
import { countChars, isDict, isList, toChars, type Value } from './values.ts';
import type { Work } from './work.ts';

/** Filters that make a text of a text. */
export const TEXT_FILTERS = {
  capitalize: ofText(python.capitalize),
  center: define('width:whole=80', (value, [width], work) => {
    const text = readTextOf(value, work);
    work.spend(Number(width));
    return python.center(text, Number(width));
  }),
  e: ofText(escapeHtml, 5),
  escape: ofText(escapeHtml, 5),
  filesizeformat: define('binary=false', (value, [binary]) => toFileSize(value, Boolean(binary))),
  forceescape: ofText(escapeHtml, 5),
  format: define('*', (value, args, work) => format(readTextOf(value, work), args, work)),
  indent: define('width:width=4, first=false, blank=false', indent),
  lower: ofText((text) => text.toLowerCase()),
  replace: define('old, new, count:whole=null', (value, [old, after, count], work) => {
    const [text, before, by] = [readTextOf(value, work), toText(old), toText(after)];
    work.spend((text.length / Math.max(1, before.length) + 1) * by.length);
    return python.replace(text, before, by, count === null ? -1 : Number(count));
  }),
  safe: define('', (value) => value),
  string: define('', (value, _, work) => readTextOf(value, work)),
  title: ofText(python.titleWords),
  trim: define('chars:text=null', (value, [chars], work) =>
    python.strip(readTextOf(value, work), chars as string | null, 'both'),
  ),
  truncate: define(
    'length:whole=255, killwords=false, end:text="...", leeway:whole=null',
    truncate,
    ([length, , end, leeway]) =>
      typeof length === 'number' && typeof end === 'string' && leeway !== undefined
        ? findTruncateFault(length, end, Number(leeway ?? 0))
        : undefined,
  ),
  upper: ofText((text) => text.toUpperCase()),
  urlencode: define('', (value, _, work) => {
    work.readAll(value, 3);
    return isDict(value) || isList(value) ? toQuery(value) : quoteUrl(toText(value));
  }),
  wordcount: define(
    '',
    (value, _, work) => (readTextOf(value, work).match(/[\p{L}\p{N}_]+/gu) ?? []).length,
  ),
};

function ofText(change: (text: string) => string, factor = 1) {
  return define('', (value, _, work) => change(readTextOf(value, work, factor)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' },
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (char) => ENTITIES[char] as string);
}

function indent(value: Value, [width, first, blank]: readonly Value[], work: Work): string {
  const by = typeof width === 'string' ? width : ' '.repeat(Math.max(0, Number(width)));
  const text = readTextOf(value, work, 1 + by.length);
  const [head = '', ...lines] = python.splitLines(`${text}\n`);
  const indented = lines.map((line) => (line !== '' || blank ? `${by}${line}` : line));
  return [first ? `${by}${head}` : head, ...indented].join('\n');
}

function findTruncateFault(length: number, end: string, leeway: number): string | undefined {
  if (leeway < 0) return 'the argument "leeway" of filter "truncate" must not be negative';
  if (length >= countChars(end)) return undefined;
  return 'the argument "length" of filter "truncate" must be at least the length of "end"';
}

function truncate(value: Value, args: readonly Value[], work: Work): string {
  const [length, killwords, end, leeway] = args;
  const [most, ending] = [Number(length), String(end)];
  const allowed = leeway === null ? 5 : Number(leeway);
  const fault = findTruncateFault(most, ending, allowed);
  if (fault !== undefined) throw new Error(fault);
  const chars = toChars(readTextOf(value, work));
  if (chars.length <= most + allowed) return chars.join('');
  const kept = chars.slice(0, most - countChars(ending)).join('');
  if (killwords) return `${kept}${ending}`;
  const space = kept.lastIndexOf(' ');
  return `${space < 0 ? kept : kept.slice(0, space)}${ending}`;
}

const UNITS = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

function toFileSize(value: Value, isBinary: boolean): string {
  const written = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  const size = isNumeric(value) ? toDouble(value) : written;
  if (Number.isNaN(size)) throw new Error('a number of bytes is expected');
  const base = isBinary ? 1024 : 1000;
  if (size === 1) return '1 Byte';
  if (size < base) return `${Math.trunc(size)} Bytes`;
  const power = UNITS.findIndex((_, at) => size < base ** (at + 2));
  const at = power < 0 ? UNITS.length - 1 : power;
  const prefix = isBinary ? `${UNITS[at]?.toUpperCase()}i` : UNITS[at];
  return `${toFixed((base * size) / base ** (at + 2), 1)} ${prefix}B`;
}
