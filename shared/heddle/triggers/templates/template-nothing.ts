import { type Node, Scope, type Value } from './jinja.ts';

const constants = new Scope();
const TEXT = constants.set('text', '');
const LIST = constants.set('list', []);
const MAP = constants.set('map', {});

/** Filters of texts. */
const OF_TEXT = ['capitalize', 'indent', 'lower', 'replace', 'title', 'trim', 'upper'];

/** What a filter looks for in its operand. The others, such as `default`, know what is missing. */
const EMPTY: ReadonlyMap<string, Value> = new Map([
  ...[...OF_TEXT, 'float', 'int', 'string'].map((name) => [name, TEXT] as const),
  ...['first', 'join', 'last', 'length', 'list', 'map'].map((name) => [name, LIST] as const),
  ...['rejectattr', 'reverse', 'selectattr', 'sort', 'unique'].map((name) => [name, LIST] as const),
  ...['dictsort', 'items', 'keys', 'values'].map((name) => [name, MAP] as const),
]);

/**
 * What is not there, or null, has no text and no items, so that a filter finds nothing in it and a
 * loop ends at once; and a number has the text that it is written with. As in Jinja: the library throws,
 * and what there is in a field is the sender's choice.
 */
export function toOperand(value: Value, filter: Node): Value {
  const name = toName(filter);
  if (isNothing(value)) return EMPTY.get(name) ?? value;
  return SCALARS.has(value.type) && OF_TEXT.includes(name) ? toText(String(value)) : value;
}

const SCALARS = new Set(['BooleanValue', 'FloatValue', 'IntegerValue']);

export function toItems(value: Value): Value {
  return isNothing(value) ? LIST : value;
}

/** Of `~`, whose sides are texts. */
export function toConcatenated(left: Value, right: Value): Value {
  const [a, b] = [left, right].map((side) => (isNothing(side) ? '' : String(side)));
  return toText(`${a}${b}`);
}

function toText(text: string): Value {
  return new Scope().set('text', text);
}

function isNothing({ type }: Value): boolean {
  return type === 'UndefinedValue' || type === 'NullValue';
}

/** `upper` and `int(7)` alike. */
function toName(filter: Node): string {
  const { value, callee } = filter as Node & { readonly value?: unknown; readonly callee?: Node };
  return callee ? toName(callee) : String(value);
}
