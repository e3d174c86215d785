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

/** What an expression may name. */
const ROOTS: readonly Root[] = ['event', 'fields'];
const MAX_EXPRESSION_CHARS = 10_000;
const MET_TEXTS: readonly string[] = ['true', '1', 'yes'];

/** True where the expression is met; otherwise what it gave instead. */
export type Ask = (event: Payload) => true | false | string;

/**
 * A Jinja expression over `event` and `fields`, met where it is true as Jinja has it:
 * `event.amount > 100 and fields.action == 'x'`. A text with tags is rendered, and met where that
 * gives `true`, `1` or `yes`. What is missing compares as {@link findComparison} says; to call a
 * method of it throws when it is asked.
 * @throws what is wrong with it
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
  // It is asked for its truth and not written out, which would cost all that is in it.
  parsed.costs.delete(expression);
  return (event) => {
    // An expression sets nothing, so that it needs no scope of its own.
    const scope = toEventScope(event);
    const value = new BoundedInterpreter(scope, parsed.costs).evaluate(expression, scope);
    if (value?.type === 'FunctionValue') throw new Error('a method without () is no value');
    return value?.__bool__().value ?? false;
  };
}

/** What closes the tag around it and goes on is a template with the wrong ends. */
function toOneExpression({ program }: Parsed): Node {
  const { body } = program as Node & { readonly body: readonly Node[] };
  const [expression, ...others] = body;
  if (expression && others.length === 0) return expression;
  throw new Error('expected one Jinja expression, such as event.amount > 100');
}
