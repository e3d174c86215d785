import { evaluate, run } from './run.ts';
import { type Payload, parseChecked, type Root, toEventScope } from './template.ts';
import { isTrue } from './values.ts';

/** Names that an expression may use. */
const ROOTS: readonly Root[] = ['event', 'fields'];
const MAX_EXPRESSION_CHARS = 10_000;
const MET_TEXTS: readonly string[] = ['true', '1', 'yes'];

/** True if the expression is met; otherwise its value. */
export type Ask = (event: Payload) => true | false | string;

/**
 * Compiles a Jinja expression over `event` and `fields`, which is met if Jinja holds it true:
 * `event.amount > 100 and fields.action == 'x'`. A text with tags is rendered, and met if the
 * result is `true`, `1` or `yes`. A missing value compares as in `comparisons.ts`; calling a
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

/** Refuses a text that closes the tag around it and continues as a template. */
function compileBare(text: string): Ask {
  const parsed = parseChecked(`{{ ${text} }}`, ROOTS);
  const { whole } = parsed;
  if (!whole) throw new Error('expected one Jinja expression, such as event.amount > 100');
  return (event) => isTrue(evaluate(parsed, whole, toEventScope(event)));
}
