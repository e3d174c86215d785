import { TemplateFault } from './ast.ts';
import { readNumber, readText } from './literals.ts';
import type { Value } from './values.ts';

/**
 * Splits a template into tokens, as the lexer of Jinja2 does with its default settings, apart from
 * line ends: `\r\n` stays as it is.
 */
export interface Token {
  readonly kind: 'data' | 'name' | 'text' | 'number' | 'operator' | 'tag' | 'end';
  /** An operator, a name, `{{`, `}}`, `{%` or `%}`. */
  readonly text: string;
  /** Of a literal. */
  readonly value?: Value;
  readonly line: number;
}

const OPENING = /\{[{%#]/g;
const SPACE = /\s+/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const NUMBER = /(?:\d+_)*\d+(?:\.(?:\d+_)*\d+)?(?:e[+-]?(?:\d+_)*\d+)?/iy;
const BASED = /0[box](?:_?[\da-f])+/iy;
const WHOLE = /(?:\d+_)*\d+/y;
const TEXT = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"/y;
const OPERATOR = /\/\/|\*\*|[=!<>]=|[-+*/%~[\](){}<>=.:|,]/y;
const RAW = /\{%[-+]?\s*raw\s*(-?)%\}([\s\S]*?)\{%([-+]?)\s*endraw\s*(-?)\+?%\}/y;
const CLOSING: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}' };
const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** @throws {TemplateFault} */
export function tokenize(source: string): readonly Token[] {
  return new Lexer(source.replace(/\r?\n$/, '')).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** Set after `-%}`: the white space that follows is dropped. */
  #isTrimming = false;
  readonly #lines: LineCounter;

  constructor(source: string) {
    this.#source = source;
    this.#lines = new LineCounter(source);
  }

  run(): readonly Token[] {
    while (this.#at < this.#source.length) {
      OPENING.lastIndex = this.#at;
      const found = OPENING.exec(this.#source);
      this.#addData(this.#at, found?.index ?? this.#source.length, found !== null);
      if (found) this.#readTag(found[0]);
    }
    this.#add('end', 'end of input');
    return this.#tokens;
  }

  #add(kind: Token['kind'], text: string, value?: Value): void {
    this.#tokens.push({ kind, text, value, line: this.#lines.at(this.#at) });
  }

  #fail(message: string): never {
    throw new TemplateFault(message, this.#lines.at(this.#at));
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source);
  }

  #addData(from: number, to: number, isBeforeTag: boolean): void {
    let text = this.#source.slice(from, to);
    if (this.#isTrimming) text = text.trimStart();
    if (isBeforeTag && this.#source[to + 2] === '-') text = text.trimEnd();
    this.#isTrimming = false;
    this.#at = to;
    if (text !== '') this.#add('data', text);
  }

  #readTag(opening: string): void {
    const raw = opening === '{%' ? this.#match(RAW) : null;
    if (raw) this.#readRaw(raw);
    else if (opening === '{#') this.#skipComment();
    else this.#readTagged(opening);
  }

  #readTagged(opening: string): void {
    this.#add('tag', opening);
    this.#at += '-+'.includes(this.#source[this.#at + 2] ?? ' ') ? 3 : 2;
    this.#readInside(CLOSING[opening] as string);
  }

  #readRaw([all, trimStart, body = '', trimEnd, trimAfter]: RegExpExecArray): void {
    const start = trimStart ? body.trimStart() : body;
    const text = trimEnd === '-' ? start.trimEnd() : start;
    if (text !== '') this.#add('data', text);
    this.#at += all.length;
    this.#isTrimming = trimAfter === '-';
  }

  #skipComment(): void {
    const end = this.#source.indexOf('#}', this.#at + 2);
    if (end < 0) this.#fail('Missing end of comment tag');
    this.#isTrimming = this.#source[end - 1] === '-' && end > this.#at + 2;
    this.#at = end + 2;
  }

  #readInside(closing: string): void {
    const open: string[] = [];
    while (this.#at < this.#source.length) {
      const space = this.#match(SPACE);
      if (space) this.#at += space[0].length;
      if (open.length === 0 && this.#readClosing(closing)) return;
      if (space && this.#at >= this.#source.length) break;
      if (!this.#readLiteral()) this.#readOperator(open);
    }
    this.#fail('Unexpected end of input');
  }

  #readClosing(closing: string): boolean {
    const sign = this.#source[this.#at] ?? '';
    const isSigned = sign === '-' || sign === '+';
    const at = this.#at + (isSigned ? 1 : 0);
    if (!this.#source.startsWith(closing, at)) return false;
    this.#add('tag', closing);
    this.#isTrimming = sign === '-';
    this.#at = at + closing.length;
    return true;
  }

  #readLiteral(): boolean {
    const isAfterDot = this.#tokens.at(-1)?.text === '.';
    const number = this.#match(isAfterDot ? WHOLE : BASED) ?? this.#match(NUMBER);
    if (number) return this.#take('number', number[0], readNumber(number[0]));
    const name = this.#match(NAME);
    if (name) return this.#take('name', name[0]);
    const text = this.#match(TEXT);
    if (!text) return false;
    return this.#take('text', text[0], this.#readText(text[1] ?? text[2] ?? ''));
  }

  #readText(written: string): string {
    try {
      return readText(written);
    } catch (error) {
      return this.#fail((error as Error).message);
    }
  }

  #take(kind: Token['kind'], text: string, value?: Value): true {
    this.#add(kind, text, value);
    this.#at += text.length;
    return true;
  }

  #readOperator(open: string[]): void {
    const [text] = this.#match(OPERATOR) ?? [];
    if (text === undefined) {
      const char = this.#source[this.#at];
      if (char === "'" || char === '"') this.#fail('Unexpected end of input');
      this.#fail(`Unexpected character: ${char}`);
    }
    const closing = BRACKETS[text];
    if (closing) open.push(closing);
    else if (')]}'.includes(text) && open.pop() !== text) this.#fail(`Unexpected ${text}`);
    this.#take('operator', text);
  }
}

/** Lines of ascending positions. */
class LineCounter {
  readonly #source: string;
  #line = 1;
  #end = 0;

  constructor(source: string) {
    this.#source = source;
  }

  at(position: number): number {
    for (let next = this.#find(); next >= 0 && next < position; next = this.#find()) {
      this.#line += 1;
      this.#end = next + 1;
    }
    return this.#line;
  }

  #find(): number {
    return this.#source.indexOf('\n', this.#end);
  }
}
