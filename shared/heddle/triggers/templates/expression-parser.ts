import { type Args, type Expression, TemplateFault } from './ast.ts';
import type { Token } from './lexer.ts';
import { describe, toName } from './tokens.ts';

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
const NO_ARGS: Args = { positional: [], named: new Map() };
/** Names that end an expression, and so begin no argument of a test. */
const NO_ARGUMENT = ['else', 'or', 'and', 'if', 'in', 'not'];
/** Parses expressions by the grammar of Jinja2's `parser.py`. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  protected get current(): Token {
    return this.#tokens[this.#at] as Token;
  }

  protected get following(): Token {
    return this.#tokens[this.#at + 1] ?? this.current;
  }

  protected next(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  protected is(kind: Token['kind'], text: string): boolean {
    return this.current.kind === kind && this.current.text === text;
  }

  protected skip(kind: Token['kind'], text: string): boolean {
    if (!this.is(kind, text)) return false;
    this.#at += 1;
    return true;
  }

  protected expect(kind: Token['kind'], text: string): void {
    if (!this.skip(kind, text)) this.fail(`${describe(this.current)}, expected ${text}`);
  }

  protected fail(message: string): never {
    throw new TemplateFault(message, this.current.line);
  }

  parseExpression(): Expression {
    let met = this.#parseOr();
    while (this.skip('name', 'if')) {
      const condition = this.#parseOr();
      const unmet = this.skip('name', 'else') ? this.parseExpression() : undefined;
      met = { type: 'Choice', condition, met, ...(unmet && { unmet }) };
    }
    return met;
  }

  /** One expression, or several with commas in between. */
  protected parseTuple(withChoice: boolean): Expression {
    const parse = () => (withChoice ? this.parseExpression() : this.#parseOr());
    const items = [parse()];
    if (!this.is('operator', ',')) return items[0] as Expression;
    while (this.skip('operator', ',')) {
      if (this.current.kind === 'tag' || this.is('operator', ')')) break;
      items.push(parse());
    }
    return { type: 'Tuple', items };
  }

  #parseOr(): Expression {
    let left = this.#parseAnd();
    while (this.skip('name', 'or')) left = { type: 'Or', left, right: this.#parseAnd() };
    return left;
  }

  #parseAnd(): Expression {
    let left = this.#parseNot();
    while (this.skip('name', 'and')) left = { type: 'And', left, right: this.#parseNot() };
    return left;
  }

  #parseNot(): Expression {
    if (this.skip('name', 'not')) return { type: 'Not', operand: this.#parseNot() };
    return this.#parseComparison();
  }

  #parseComparison(): Expression {
    const first = this.#parseSum();
    const rest: { operator: string; operand: Expression }[] = [];
    for (let operator = this.#takeComparison(); operator; operator = this.#takeComparison()) {
      rest.push({ operator, operand: this.#parseSum() });
    }
    return rest.length === 0 ? first : { type: 'Compare', first, rest };
  }

  #takeComparison(): string | undefined {
    const { kind, text } = this.current;
    if (kind === 'operator' && COMPARISONS.includes(text)) return this.next().text;
    if (this.skip('name', 'in')) return 'in';
    if (!this.is('name', 'not') || this.following.text !== 'in') return undefined;
    this.#at += 2;
    return 'not in';
  }

  /**
   * In Jinja2 `~` binds more tightly than `+`, where `1 + 2 ~ 'x'` adds a number to a text and fails.
   * Here it is `3x`; where Jinja2 gives something, the result is the same.
   */
  #parseSum(): Expression {
    let left = this.#parseConcat();
    while (this.is('operator', '+') || this.is('operator', '-')) {
      const { text: operator, line } = this.next();
      const right = this.#parseConcat();
      const [inner, ...others] = right.type === 'Concat' ? right.items : [right];
      const sum = { type: 'Binary', operator, left, right: inner as Expression, line } as const;
      left = others.length === 0 ? sum : { type: 'Concat', items: [sum, ...others] };
    }
    return left;
  }

  #parseConcat(): Expression {
    const items = [this.#parseProduct()];
    while (this.skip('operator', '~')) items.push(this.#parseProduct());
    return items.length === 1 ? (items[0] as Expression) : { type: 'Concat', items };
  }

  #parseProduct(): Expression {
    return this.#parseBinary(['*', '/', '//', '%'], () =>
      this.#parseBinary(['**'], () => this.#parseUnary(true)),
    );
  }

  #parseBinary(operators: readonly string[], parse: () => Expression): Expression {
    let left = parse();
    while (this.current.kind === 'operator' && operators.includes(this.current.text)) {
      const { text: operator, line } = this.next();
      left = { type: 'Binary', operator, left, right: parse(), line };
    }
    return left;
  }

  #parseUnary(withFilters: boolean): Expression {
    const { kind, text } = this.current;
    let node: Expression;
    if (kind === 'operator' && (text === '-' || text === '+')) {
      this.next();
      node = { type: text === '-' ? 'Minus' : 'Plus', operand: this.#parseUnary(false) };
    } else {
      node = this.#parsePrimary();
    }
    node = this.#parsePostfix(node);
    return withFilters ? this.#parseFilters(node) : node;
  }

  #parsePrimary(): Expression {
    const token = this.next();
    const { kind, text } = token;
    if (kind === 'name') return toName(text);
    if (kind === 'number') return { type: 'Constant', value: token.value };
    if (kind === 'text') return this.#parseTexts(String(token.value));
    if (kind === 'operator' && text === '(') return this.#parseParentheses();
    if (kind === 'operator' && text === '[') {
      return { type: 'List', items: this.#parseItems(']') };
    }
    if (kind === 'operator' && text === '{') return this.#parseDict();
    throw new TemplateFault(describe(token), token.line);
  }

  #parseTexts(first: string): Expression {
    let value = first;
    while (this.current.kind === 'text') value += String(this.next().value);
    return { type: 'Constant', value };
  }

  #parseParentheses(): Expression {
    if (this.skip('operator', ')')) return { type: 'Tuple', items: [] };
    const inner = this.parseTuple(true);
    this.expect('operator', ')');
    return inner;
  }

  #parseItems(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.skip('operator', end)) {
      if (items.length > 0) this.expect('operator', ',');
      if (this.skip('operator', end)) break;
      items.push(this.parseExpression());
    }
    return items;
  }

  #parseDict(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.skip('operator', '}')) {
      if (entries.length > 0) this.expect('operator', ',');
      if (this.skip('operator', '}')) break;
      const key = this.parseExpression();
      this.expect('operator', ':');
      entries.push([key, this.parseExpression()]);
    }
    return { type: 'Dict', entries };
  }

  #parsePostfix(start: Expression): Expression {
    let node = start;
    for (;;) {
      const { line } = this.current;
      if (this.skip('operator', '.')) node = this.#parseMember(node);
      else if (this.skip('operator', '[')) node = this.#parseSubscript(node);
      else if (this.is('operator', '(')) {
        node = { type: 'Call', callee: node, args: this.#parseArgs(), line };
      } else return node;
    }
  }

  #parseMember(object: Expression): Expression {
    const { kind, text, value } = this.next();
    if (kind === 'name') return { type: 'Attribute', object, name: text };
    if (kind === 'number') return { type: 'Item', object, key: { type: 'Constant', value } };
    return this.fail('Expected identifier or integer following dot operator');
  }

  #parseSubscript(object: Expression): Expression {
    const bounds: (Expression | undefined)[] = [undefined];
    let isSlice = false;
    while (!this.skip('operator', ']')) {
      if (this.skip('operator', ':')) {
        isSlice = true;
        bounds.push(undefined);
      } else if (bounds.at(-1) === undefined) bounds[bounds.length - 1] = this.parseExpression();
      else this.expect('operator', ']');
    }
    const [key] = bounds;
    if (isSlice && bounds.length <= 3) return { type: 'Slice', object, bounds };
    if (isSlice || key === undefined) return this.fail('Expected an index or a slice within [ ]');
    return { type: 'Item', object, key };
  }

  #parseFilters(start: Expression): Expression {
    let node = start;
    for (;;) {
      const { line } = this.current;
      if (this.skip('operator', '|')) {
        const { kind, text: name } = this.next();
        if (kind !== 'name') this.fail('Expected identifier for the filter');
        const args = this.is('operator', '(') ? this.#parseArgs() : NO_ARGS;
        node = { type: 'Filter', operand: node, name, args, line };
      } else if (this.skip('name', 'is')) node = this.#parseTest(node, line);
      else if (this.is('operator', '(')) {
        node = { type: 'Call', callee: node, args: this.#parseArgs(), line };
      } else return node;
    }
  }

  #parseTest(operand: Expression, line: number): Expression {
    const isNegated = this.skip('name', 'not');
    const { kind, text: name } = this.next();
    if (kind !== 'name') this.fail('Expected identifier for the test');
    const test = { type: 'Test', operand, name, args: this.#parseTestArgs(), line } as const;
    return isNegated ? { type: 'Not', operand: test } : test;
  }

  #parseTestArgs(): Args {
    if (this.is('operator', '(')) return this.#parseArgs();
    const { kind, text } = this.current;
    const isName = kind === 'name' && !NO_ARGUMENT.includes(text);
    if (isName && text === 'is') this.fail('You cannot chain multiple tests with is');
    const isOpening = kind === 'operator' && (text === '[' || text === '{');
    if (!isName && !isOpening && kind !== 'text' && kind !== 'number') return NO_ARGS;
    return { positional: [this.#parsePostfix(this.#parsePrimary())], named: new Map() };
  }

  #parseArgs(): Args {
    this.expect('operator', '(');
    const positional: Expression[] = [];
    const named = new Map<string, Expression>();
    while (!this.skip('operator', ')')) {
      if (positional.length + named.size > 0) this.expect('operator', ',');
      if (this.skip('operator', ')')) break;
      this.#parseArgument(positional, named);
    }
    return { positional, named };
  }

  #parseArgument(positional: Expression[], named: Map<string, Expression>): void {
    if (this.is('operator', '*')) this.fail('an argument with * is not supported');
    if (this.is('operator', '**')) this.fail('an argument with ** is not supported');
    const { kind, text: name } = this.current;
    if (kind === 'name' && this.following.text === '=' && this.following.kind === 'operator') {
      if (named.has(name)) this.fail(`the argument ${name} is given twice`);
      this.#at += 2;
      named.set(name, this.parseExpression());
      return;
    }
    if (named.size > 0) this.fail('Positional arguments must come before keyword arguments');
    positional.push(this.parseExpression());
  }
}
