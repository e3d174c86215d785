import { isSame } from './comparisons.ts';
import { type Callable, define } from './filter.ts';
import { LIST_FILTERS, toPairs } from './list-filters.ts';
import * as python from './python-texts.ts';
import { countChars, isDict, isList, type List, toChars, toTuple, type Value } from './values.ts';
import type { Work } from './work.ts';

type OfText = (text: string, args: readonly Value[], work: Work) => Value;

/** A method of texts. */
function ofText(signature: string, apply: OfText): Callable {
  return define(signature, (value, args, work) => {
    if (typeof value !== 'string') throw new Error(NOT_CALLABLE);
    work.read(value);
    return apply(value, args, work);
  });
}

const NOT_CALLABLE = 'Cannot call something that is not a function: a value has no such method';

function ofDict(signature: string, apply: Callable['apply']): Callable {
  return define(signature, (value, args, work) => {
    if (!isDict(value)) throw new Error(NOT_CALLABLE);
    return apply(value, args, work);
  });
}

type Ends = 'both' | 'left' | 'right';
const strip = (ends: Ends) =>
  ofText('chars:text=null, /', (text, [chars]) => python.strip(text, chars as string | null, ends));

const isAll = (pattern: RegExp) => ofText('', (text) => python.hasOnly(text, pattern));

/** Positions are of code points. */
function cut(text: string, start: Value, end: Value): string {
  if (start === null && end === null) return text;
  return toChars(text)
    .slice(Number(start ?? 0), end === null ? undefined : Number(end))
    .join('');
}

function hasEnd(text: string, ends: Value, has: (text: string, end: string) => boolean): boolean {
  return isList(ends) ? ends.some((end) => has(text, String(end))) : has(text, String(ends));
}

const find = (isLast: boolean, isRequired: boolean) =>
  ofText('sub:text, start:whole=null, end:whole=null, /', (text, [sub, start, end], work) => {
    work.spend(text.length);
    const all = toChars(text);
    const from = toPosition(start, all.length, 0);
    const to = toPosition(end, all.length, all.length);
    const within = from > all.length ? '' : all.slice(from, to).join('');
    const part = String(sub);
    const at = isLast ? within.lastIndexOf(part) : within.indexOf(part);
    const isFound = at >= 0 && from <= all.length && from <= to;
    if (!isFound && isRequired) throw new Error('the part is not found');
    return isFound ? from + countChars(within.slice(0, at)) : -1;
  });

function toPosition(at: Value, length: number, fallback: number): number {
  if (at === null) return fallback;
  const position = Number(at);
  return position < 0 ? Math.max(0, length + position) : position;
}

const pad = (place: (text: string, missing: number, fill: string) => string) =>
  ofText('width:whole, fillchar:text=" ", /', (text, [width, fill], work) => {
    if (countChars(String(fill)) !== 1) throw new Error('one character is expected to fill with');
    work.spend(Number(width));
    return place(text, Number(width), String(fill));
  });

function missing(text: string, width: number, fill: string): string {
  return fill.repeat(Math.max(0, width - countChars(text)));
}

const partition = (isLast: boolean) =>
  ofText('sep:text, /', (text, [separator]) => {
    const part = String(separator);
    if (part === '') throw new Error('the separator is empty');
    const at = isLast ? text.lastIndexOf(part) : text.indexOf(part);
    if (at < 0) return isLast ? toTuple('', '', text) : toTuple(text, '', '');
    return toTuple(text.slice(0, at), part, text.slice(at + part.length));
  });

function countParts(text: string, part: string): number {
  return part === '' ? countChars(text) + 1 : text.split(part).length - 1;
}

const changeCase: Readonly<Record<string, (text: string) => string>> = {
  capitalize: python.capitalize,
  lower: (text) => text.toLowerCase(),
  swapcase: python.swapCase,
  title: python.titleLetters,
  upper: (text) => text.toUpperCase(),
};

/** Methods by name. A name serves all kinds of values that have such a method. */
export const METHODS: Readonly<Record<string, Callable>> = {
  ...Object.fromEntries(
    Object.entries(changeCase).map(([name, change]) => [name, ofText('', change)]),
  ),
  center: pad((text, width, fill) => python.center(text, width, fill)),
  count: define('value, /', (value, [item], work) => {
    if (typeof value === 'string') return countParts(value, toPart(item));
    return toList(value).filter((one) => isSame(one, item, () => work.spend(1))).length;
  }),
  dictsort: ofDict('case_sensitive=false, by:text="key", reverse=false', (value, args, work) =>
    LIST_FILTERS.dictsort.apply(value, args, work),
  ),
  endswith: ofText('suffix:texts, start:whole=null, end:whole=null, /', (text, args) => {
    return hasEnd(cut(text, args[1] ?? null, args[2] ?? null), args[0], (of, end) =>
      of.endsWith(end),
    );
  }),
  find: find(false, false),
  get: ofDict('key, default=null, /', (value, [key, fallback]) => {
    if (typeof key !== 'string') throw new Error('a key of an object is a text');
    return isDict(value) && value.has(key) ? value.get(key) : fallback;
  }),
  index: define('value, /', (value, [item], work) => {
    if (typeof value === 'string') return find(false, true).apply(value, [item, null, null], work);
    const at = toList(value).findIndex((one) => isSame(one, item, () => work.spend(1)));
    if (at < 0) throw new Error('the item is not found');
    return at;
  }),
  isalnum: isAll(/[\p{L}\p{N}]/u),
  isalpha: isAll(/\p{L}/u),
  isdecimal: isAll(/\p{Nd}/u),
  isdigit: isAll(/[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]/u),
  islower: ofText('', python.isLower),
  isnumeric: isAll(/\p{N}/u),
  isspace: ofText('', python.isSpace),
  isupper: ofText('', python.isUpper),
  items: ofDict('', (value) => toPairs(value)),
  join: ofText('iterable:list, /', (text, [items], work) => {
    work.readAll(items, 1 + text.length);
    if (!isList(items) || items.some((item) => typeof item !== 'string')) {
      throw new Error('a list of texts is expected');
    }
    return items.join(text);
  }),
  keys: ofDict('', (value) => (isDict(value) ? [...value.keys()] : [])),
  ljust: pad((text, width, fill) => `${text}${missing(text, width, fill)}`),
  lstrip: strip('left'),
  partition: partition(false),
  removeprefix: ofText('prefix:text, /', (text, [prefix]) =>
    text.startsWith(String(prefix)) ? text.slice(String(prefix).length) : text,
  ),
  removesuffix: ofText('suffix:text, /', (text, [suffix]) =>
    suffix !== '' && text.endsWith(String(suffix)) ? text.slice(0, -String(suffix).length) : text,
  ),
  replace: ofText('old:text, new:text, count:whole=null', (text, [old, after, count], work) => {
    const [before, by] = [String(old), String(after)];
    work.spend((text.length / Math.max(1, before.length) + 1) * by.length);
    return python.replace(text, before, by, count === null ? -1 : Number(count));
  }),
  rfind: find(true, false),
  rindex: find(true, true),
  rjust: pad((text, width, fill) => `${missing(text, width, fill)}${text}`),
  rpartition: partition(true),
  rsplit: ofText('sep:text=null, maxsplit:whole=-1', (text, [separator, most]) =>
    python.splitFromEnd(text, separator as string | null, Number(most)),
  ),
  rstrip: strip('right'),
  split: ofText('sep:text=null, maxsplit:whole=-1', (text, [separator, most]) =>
    python.split(text, separator as string | null, Number(most)),
  ),
  splitlines: ofText('keepends=false', (text, [keeps]) => python.splitLines(text, Boolean(keeps))),
  startswith: ofText('prefix:texts, start:whole=null, end:whole=null, /', (text, args) => {
    return hasEnd(cut(text, args[1] ?? null, args[2] ?? null), args[0], (of, start) =>
      of.startsWith(start),
    );
  }),
  strip: strip('both'),
  values: ofDict('', (value) => (isDict(value) ? [...value.values()] : [])),
  zfill: ofText('width:whole, /', (text, [width], work) => {
    work.spend(Number(width));
    const [, sign = '', rest = ''] = /^([-+]?)([\s\S]*)$/.exec(text) ?? [];
    return `${sign}${missing(text, Number(width), '0')}${rest}`;
  }),
};

function toPart(item: Value): string {
  if (typeof item === 'string') return item;
  throw new Error('a text is expected');
}

function toList(value: Value): List {
  if (isList(value)) return value;
  throw new Error(NOT_CALLABLE);
}

/** Methods of a kind of values, which give no value without `()`. */
export function isMethodOf(value: Value, name: string): boolean {
  if (typeof value === 'string') return TEXT_METHODS.includes(name);
  return isDict(value) && DICT_METHODS.includes(name);
}

const TEXT_METHODS = [
  ...['upper', 'lower', 'strip', 'lstrip', 'rstrip', 'title', 'capitalize', 'startswith'],
  ...['endswith', 'split', 'replace'],
];
const DICT_METHODS = ['get', 'items', 'keys', 'values', 'dictsort'];
