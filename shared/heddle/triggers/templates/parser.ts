import { type Body, type Statement, type Target, TemplateFault } from './ast.ts';
import { ExpressionParser } from './expression-parser.ts';
import { tokenize } from './lexer.ts';

/**
 * Parses the statements of a template.
 * @throws {TemplateFault}
 */
export function parseTemplate(text: string): Body {
  return new Parser(tokenize(text)).parseBody([]);
}

/** Unsupported parts of Jinja, as a template spells them. */
const LEFT_OUT = [
  'macro',
  'call',
  'filter',
  'import',
  'include',
  'extends',
  'block',
  'from',
  'with',
];

class Parser extends ExpressionParser {
  /** Up to one of the tags named; none: to the end of the template. */
  parseBody(ends: readonly string[]): Body {
    const body: Statement[] = [];
    while (this.current.kind !== 'end') {
      if (this.is('tag', '{%') && ends.includes(this.following.text)) return body;
      body.push(this.#parseStatement());
    }
    if (ends.length > 0) this.fail(`Unexpected end of input: expected {% ${ends.at(-1)} %}`);
    return body;
  }

  #parseStatement(): Statement {
    const { kind, text, line } = this.next();
    if (kind === 'data') return { type: 'Text', text };
    if (text !== '{{') return this.#parseTag();
    const value = this.parseExpression();
    this.expect('tag', '}}');
    return { type: 'Output', value, line };
  }

  #parseTag(): Statement {
    const { kind, text: name, line } = this.next();
    switch (kind === 'name' ? name : '') {
      case 'if':
        return this.#parseIf(line);
      case 'for':
        return this.#parseFor(line);
      case 'set':
        return this.#parseSet(line);
      case 'break':
      case 'continue':
        this.expect('tag', '%}');
        return { type: name === 'break' ? 'Break' : 'Continue', line };
    }
    if (LEFT_OUT.includes(name)) throw new TemplateFault(`{% ${name} %} is not supported`, line);
    throw new TemplateFault(`Unknown statement type: ${name}`, line);
  }

  #parseIf(line: number): Statement {
    const condition = this.parseExpression();
    this.expect('tag', '%}');
    const met = this.parseBody(['elif', 'else', 'endif']);
    this.next();
    const { text: end, line: endLine } = this.next();
    if (end === 'elif') {
      return { type: 'If', condition, met, unmet: [this.#parseIf(endLine)], line };
    }
    const unmet = end === 'else' ? this.#parseElse('endif') : [];
    this.expect('tag', '%}');
    return { type: 'If', condition, met, unmet, line };
  }

  #parseElse(end: string): Body {
    this.expect('tag', '%}');
    const body = this.parseBody([end]);
    this.next();
    this.next();
    return body;
  }

  #parseFor(line: number): Statement {
    const target = this.#parseTarget();
    this.expect('name', 'in');
    const all = this.parseTuple(false);
    const condition = this.skip('name', 'if') ? this.parseExpression() : undefined;
    this.expect('tag', '%}');
    const body = this.parseBody(['endfor', 'else']);
    this.next();
    const otherwise = this.next().text === 'else' ? this.#parseElse('endfor') : [];
    this.expect('tag', '%}');
    return { type: 'For', target, all, ...(condition && { condition }), body, otherwise, line };
  }

  #parseSet(line: number): Statement {
    const target = this.#parseTarget();
    if (this.skip('operator', '=')) {
      const value = this.parseTuple(true);
      this.expect('tag', '%}');
      return { type: 'Set', target, value, line };
    }
    this.expect('tag', '%}');
    const value = this.parseBody(['endset']);
    this.next();
    this.next();
    this.expect('tag', '%}');
    return { type: 'Set', target, value, line };
  }

  #parseTarget(): Target {
    const names = [this.#parseName()];
    if (!this.is('operator', ',')) return names[0] as string;
    while (this.skip('operator', ',')) {
      if (this.current.kind === 'name' && this.current.text !== 'in') names.push(this.#parseName());
    }
    return names;
  }

  #parseName(): string {
    const { kind, text } = this.next();
    if (kind === 'name' && !this.is('operator', '.') && !this.is('operator', '[')) return text;
    return this.fail('only a name can be set');
  }
}
