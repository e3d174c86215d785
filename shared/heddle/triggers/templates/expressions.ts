import type { Node } from './jinja.ts';
import {
  type Parsed,
  type Payload,
  parseChecked,
  type Root,
  run,
  toEventScope,
} from './template.ts';
import { BoundedInterpreter } from './template-interpreter.ts';

/** Names that an expression may use. */
const ROOTS: readonly Root[] = ['event', 'fields'];
const MAX_EXPRESSION_CHARS = 10_000;
const MET_TEXTS: readonly string[] = ['true', '1', 'yes'];

/** True if the expression is met; otherwise its value. */
export type Ask = (event: Payload) => true | false | string;

/**
 * Compiles a Jinja expression over `event` and `fields`, which is met if Jinja holds it true:
 * `event.amount > 100 and fields.action == 'x'`. A text with tags is rendered, and met if the
 * result is `true`, `1` or `yes`. A missing value compares as in {@link findComparison}; calling a
 * method of it throws when the expression is evaluated.
 * @throws an error that names the fault
 */
export function compileExpression(text: string): Ask {
  if (text.length > MAX_EXPRESSION_CHARS) {
    throw new Error(`expected an expression of at most ${MAX_EXPRESSION_CHARS} characters`);
  }
  return /\{[{%]/.test(text) ? compileRendered(text) : compileBare(text);
}

function compileRendered(text: string): Ask {
  const parsed = parseChecked(text, ROOTS);
  return (event) => {
    const given = run(parsed, toEventScope(event));
    return MET_TEXTS.includes(given.trim().toLowerCase()) || given;
  };
}

function compileBare(text: string): Ask {
  const parsed = parseChecked(`{{ ${text} }}`, ROOTS);
  const expression = toOneExpression(parsed);
  // Only its truth is needed: no cost for writing the value out.
  parsed.costs.delete(expression);
  return (event) => {
    // Expressions set no variables, so they need no scope of their own.
    const scope = toEventScope(event);
    const value = new BoundedInterpreter(scope, parsed.costs).evaluate(expression, scope);
    if (value?.type === 'FunctionValue') throw new Error('a method without () is no value');
    return value?.__bool__().value ?? false;
  };
}

/** Refuses a text that closes the tag around it and continues as a template. */
function toOneExpression({ program }: Parsed): Node {
  const { body } = program as Node & { readonly body: readonly Node[] };
  const [expression, ...others] = body;
  if (expression && others.length === 0) return expression;
  throw new Error('expected one Jinja expression, such as event.amount > 100');
}
