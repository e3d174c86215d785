import { type Node, Scope, type Value } from './jinja.ts';

const constants = new Scope();
const TEXT = constants.set('text', '');
const LIST = constants.set('list', []);
const MAP = constants.set('map', {});

/** What a filter looks for in its operand. The others, such as `default`, know what is missing. */
const EMPTY: ReadonlyMap<string, Value> = new Map([
  ...['capitalize', 'float', 'indent', 'int', 'lower', 'replace'].map(
    (name) => [name, TEXT] as const,
  ),
  ...['string', 'title', 'trim', 'upper'].map((name) => [name, TEXT] as const),
  ...['first', 'join', 'last', 'length', 'list', 'map'].map((name) => [name, LIST] as const),
  ...['rejectattr', 'reverse', 'selectattr', 'sort', 'unique'].map((name) => [name, LIST] as const),
  ...['dictsort', 'items', 'keys', 'values'].map((name) => [name, MAP] as const),
]);

/**
 * What is not there, or null, has no text and no items, so that a filter finds nothing in it and a
 * loop ends at once, as in Jinja. The library throws, and which fields are there is the sender's choice.
 */
export function toOperand(value: Value, filter: Node): Value {
  return isNothing(value) ? (EMPTY.get(toName(filter)) ?? value) : value;
}

export function toItems(value: Value): Value {
  return isNothing(value) ? LIST : value;
}

/** Of `~`, whose sides are texts. */
export function toConcatenated(left: Value, right: Value): Value {
  const [a, b] = [left, right].map((side) => (isNothing(side) ? '' : String(side)));
  return new Scope().set('text', `${a}${b}`);
}

function isNothing({ type }: Value): boolean {
  return type === 'UndefinedValue' || type === 'NullValue';
}

/** `upper` and `int(7)` alike. */
function toName(filter: Node): string {
  const { value, callee } = filter as Node & { readonly value?: unknown; readonly callee?: Node };
  return callee ? toName(callee) : String(value);
}
