import * as library from '@huggingface/jinja';
import { ExactNumber, isInexact } from '../../domain/exact-number.ts';

/**
 * Types of the Jinja library's interpreter, used without its `Template`, which converts the whole
 * context at every render and has `range` and `raise_exception`. The library's own declarations
 * import files without extensions and do not resolve here, so the used parts are declared here.
 * @see https://github.com/huggingface/huggingface.js/tree/main/packages/jinja
 */

/** A node of a parsed template. */
export interface Node {
  readonly type: string;
}

/** Value of an expression. Objects are maps; members that are not their entries are methods. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
  /** Truth in Jinja: empty, zero and missing values are false. */
  __bool__(): { readonly value: boolean };
}

/** Variables by name. A variable set in a scope does not reach its parent. */
export interface Scope {
  /** Converts a JSON value. */
  set(name: string, value: unknown): Value;
  declareVariable(name: string, value: Value): Value;
}

export interface Interpreter {
  run(program: Node): Value;
  /** Undefined for no node, and for nodes that the library returns nothing for. */
  evaluate(node: Node | undefined, scope: Scope): Value | undefined;
  applyFilter(operand: Value, filter: Node, scope: Scope): Value;
}

export const Scope: new (parent?: Scope) => Scope = library.Environment;
export const Interpreter: new (scope: Scope) => Interpreter = library.Interpreter;

/** @throws an error that names the fault in the template */
export function parseTemplate(text: string): Node {
  return library.parse(library.tokenize(text).map(keepExact));
}

type Token = ReturnType<typeof library.tokenize>[number];

/** The parser rounds a number to a double, but takes the value of a text over as it is. */
function keepExact(token: Token): Token {
  if (token.type !== 'NumericLiteral' || !isInexact(token.value)) return token;
  return { type: 'StringLiteral', value: new ExactNumber(token.value) } as unknown as Token;
}
