import { countChars, toChars } from './values.ts';

/** Methods of Python's texts that JavaScript has otherwise. */

/** Characters of `str.isspace`. */
const SPACE =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`[${SPACE}]+`, 'g');
const ONLY_SPACE = new RegExp(`^[${SPACE}]+$`);
const LINE_ENDS = '\\n\\v\\f\\r\\x1c-\\x1e\\x85\\u2028\\u2029';
const LINE_END = new RegExp(`\\r\\n|[${LINE_ENDS}]`, 'g');

export function isSpace(text: string): boolean {
  return ONLY_SPACE.test(text);
}

/** `str.strip(chars)` at one end or both. */
export function strip(text: string, chars: string | null, ends: 'both' | 'left' | 'right'): string {
  const all = toChars(text);
  const set = chars === null ? undefined : new Set(toChars(chars));
  const isOut = (char: string | undefined) =>
    char !== undefined && (set ? set.has(char) : isSpace(char));
  let [from, to] = [0, all.length];
  if (ends !== 'right') while (from < to && isOut(all[from])) from += 1;
  if (ends !== 'left') while (to > from && isOut(all[to - 1])) to -= 1;
  return all.slice(from, to).join('');
}

/** `str.split(separator, most)`; null splits at white space. */
export function split(text: string, separator: string | null, most: number): readonly string[] {
  if (separator === '') throw new Error('the separator is empty');
  const pieces = separator === null ? splitAtSpace(text) : toPieces(text, separator);
  if (most < 0 || pieces.length <= most + 1) return pieces.map(({ text }) => text);
  const rest = text.slice(pieces[most]?.from);
  return [...pieces.slice(0, most).map(({ text }) => text), rest];
}

export function splitFromEnd(text: string, separator: string | null, most: number) {
  if (separator === '') throw new Error('the separator is empty');
  const pieces = separator === null ? splitAtSpace(text) : toPiecesFromEnd(text, separator);
  if (most < 0 || pieces.length <= most + 1) return pieces.map(({ text }) => text);
  const kept = pieces.slice(pieces.length - most);
  const end = pieces[pieces.length - most - 1];
  const rest = text.slice(0, (end?.from ?? 0) + (end?.text.length ?? 0));
  return [rest, ...kept.map(({ text }) => text)];
}

interface Piece {
  readonly text: string;
  readonly from: number;
}

function toPieces(text: string, separator: string): readonly Piece[] {
  let from = 0;
  return text.split(separator).map((piece) => {
    const start = from;
    from += piece.length + separator.length;
    return { text: piece, from: start };
  });
}

/** Separators that overlap are found from the end: `aaa` by `aa` is `a` and nothing. */
function toPiecesFromEnd(text: string, separator: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = text.length;
  while (end >= separator.length) {
    const at = text.lastIndexOf(separator, end - separator.length);
    if (at < 0) break;
    pieces.push({ text: text.slice(at + separator.length, end), from: at + separator.length });
    end = at;
  }
  pieces.push({ text: text.slice(0, end), from: 0 });
  return pieces.reverse();
}

function splitAtSpace(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: space } of text.matchAll(SPACES)) {
    if (index > from) pieces.push({ text: text.slice(from, index), from });
    from = index + space.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), from });
  return pieces;
}

export function splitLines(text: string, keepsEnds = false): readonly string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { index, 0: end } of text.matchAll(LINE_END)) {
    lines.push(text.slice(from, keepsEnds ? index + end.length : index));
    from = index + end.length;
  }
  return from < text.length ? [...lines, text.slice(from)] : lines;
}

/** `str.replace(before, after, count)`. */
export function replace(text: string, before: string, after: string, count: number): string {
  const most = count < 0 ? Number.POSITIVE_INFINITY : count;
  if (before === '') return insertBetween(text, after, most);
  const pieces = split(text, before, count < 0 ? -1 : count);
  return pieces.join(after);
}

function insertBetween(text: string, after: string, most: number): string {
  const chars = [...toChars(text), ''];
  return chars.map((char, at) => (at < most ? after + char : char)).join('');
}

const CASED = /[\p{Lt}\p{Uppercase}\p{Lowercase}]/u;
/** Letters in three forms, of which the second is the title's. */
const DIGRAPHS = ['ǄǅǆǇǈǉǊǋǌǱǲǳ', 'ǅǈǋǲ'] as const;

function toTitleChar(char: string): string {
  const at = char === '' ? -1 : DIGRAPHS[0].indexOf(char);
  if (at >= 0) return DIGRAPHS[1][Math.floor(at / 3)] as string;
  // Georgian letters have capitals, which titles do not use.
  if (/[\u10d0-\u10ff]/.test(char)) return char;
  const [first = '', ...rest] = toChars(char.toUpperCase());
  return `${first}${rest.join('').toLowerCase()}`;
}

/** `str.capitalize()`. */
export function capitalize(text: string): string {
  const [first = ''] = toChars(text);
  return `${toTitleChar(first)}${text.slice(first.length).toLowerCase()}`;
}

/** `str.title()`: a letter after anything but a letter is large. */
export function titleLetters(text: string): string {
  let isAfterLetter = false;
  return toChars(text)
    .map((char) => {
      const titled = isAfterLetter ? char.toLowerCase() : toTitleChar(char);
      isAfterLetter = CASED.test(char);
      return titled;
    })
    .join('');
}

/** The filter `title`: words begin after white space, hyphens and opening brackets. */
export function titleWords(text: string): string {
  return text
    .split(new RegExp(`([-${SPACE}({\\[<]+)`))
    .map((word) => {
      const [first = ''] = toChars(word);
      return `${first.toUpperCase()}${word.slice(first.length).toLowerCase()}`;
    })
    .join('');
}

export function swapCase(text: string): string {
  return toChars(text)
    .map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()))
    .join('');
}

export function hasOnly(text: string, pattern: RegExp): boolean {
  return text !== '' && toChars(text).every((char) => pattern.test(char));
}

const LOWER = /\p{Lowercase}/u;
const UPPER = /\p{Uppercase}/u;

export function isLower(text: string): boolean {
  return LOWER.test(text) && !/[\p{Lt}\p{Uppercase}]/u.test(text);
}

export function isUpper(text: string): boolean {
  return UPPER.test(text) && !/[\p{Lt}\p{Lowercase}]/u.test(text);
}

/** `str.center(width, fill)`. */
export function center(text: string, width: number, fill = ' '): string {
  const missing = width - countChars(text);
  if (missing <= 0) return text;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return `${fill.repeat(left)}${text}${fill.repeat(missing - left)}`;
}
