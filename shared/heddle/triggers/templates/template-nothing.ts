import { type Node, Scope, type Value } from './jinja.ts';

const constants = new Scope();
const TEXT = constants.set('text', '');
const LIST = constants.set('list', []);
const MAP = constants.set('map', {});

/** Filters whose operand is a text. */
const OF_TEXT = ['capitalize', 'indent', 'lower', 'replace', 'title', 'trim', 'upper'];

/** Replaces a missing operand of a filter. Others, such as `default`, handle it themselves. */
const EMPTY: ReadonlyMap<string, Value> = new Map([
  ...[...OF_TEXT, 'float', 'int', 'string'].map((name) => [name, TEXT] as const),
  ...['first', 'join', 'last', 'length', 'list', 'map'].map((name) => [name, LIST] as const),
  ...['rejectattr', 'reverse', 'selectattr', 'sort', 'unique'].map((name) => [name, LIST] as const),
  ...['dictsort', 'items', 'keys', 'values'].map((name) => [name, MAP] as const),
]);

/**
 * Gives a missing value or null an empty text or no items, so that filters find nothing and loops
 * end at once, and gives a number its text. Jinja does the same; the library throws, and the sender
 * decides which fields exist.
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

/** Result of `~`, whose sides are texts. */
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

/** Name of `upper` and of `int(7)`. */
export function toName(filter: Node): string {
  const { value, callee } = filter as Node & { readonly value?: unknown; readonly callee?: Node };
  return callee ? toName(callee) : String(value);
}
