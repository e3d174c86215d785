import * as library from '@huggingface/jinja';

/**
 * The library's interpreter without `Template`, which converts the whole context at every render
 * and has `range` and `raise_exception`. Its declarations import files without their extensions,
 * which does not resolve here, so what is used of it is described here.
 * @see https://github.com/huggingface/huggingface.js/tree/main/packages/jinja
 */

/** A node of a parsed template. */
export interface Node {
  readonly type: string;
}

/** What an expression yields. Objects are maps; what there is beside their entries are methods. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
  /** Truth as Jinja has it: what is empty, zero or missing is false. */
  __bool__(): { readonly value: boolean };
}

/** Variables by name; what is set in a scope does not reach its parent. */
export interface Scope {
  /** Converts a JSON value. */
  set(name: string, value: unknown): Value;
}

export interface Interpreter {
  run(program: Node): Value;
  /** Undefined is the value of no node, and of what the library forgets to give one. */
  evaluate(node: Node | undefined, scope: Scope): Value | undefined;
  applyFilter(operand: Value, filter: Node, scope: Scope): Value;
}

export const Scope: new (parent?: Scope) => Scope = library.Environment;
export const Interpreter: new (scope: Scope) => Interpreter = library.Interpreter;

/** @throws what the text is no template for */
export function parseTemplate(text: string): Node {
  return library.parse(library.tokenize(text));
}
