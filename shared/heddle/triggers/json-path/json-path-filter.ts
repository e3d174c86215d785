import { jsonpath } from 'json-p3';
import { compareExact, isExact, toNumber } from '../../domain/exact-number.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Work } from './json-path-work.ts';

const { expressions, selectors } = jsonpath;

export type Test = (item: Json, work: Work) => boolean;
/** Undefined is Nothing in RFC 9535. */
type Read = (item: Json, work: Work) => Json | undefined;

/**
 * Compiles a filter. It reads the item alone, one path at a time, so its cost is that of the values
 * it compares.
 * @see https://www.rfc-editor.org/rfc/rfc9535#section-2.3.5
 * @throws an error that names the part that is not allowed
 */
export function toTest(expression: jsonpath.expressions.FilterExpression): Test {
  if (expression instanceof expressions.LogicalExpression) return toTest(expression.expression);
  if (expression instanceof expressions.PrefixExpression) {
    const test = toTest(expression.right);
    return (item, work) => !test(item, work);
  }
  if (expression instanceof expressions.InfixExpression) {
    return expression.logical ? toConnection(expression) : toComparison(expression);
  }
  if (expression instanceof expressions.FunctionExtension) refuseFunction(expression.name);
  const read = toRead(expression);
  return (item, work) => read(item, work) !== undefined;
}

type Infix = jsonpath.expressions.InfixExpression;

function toConnection({ operator, ...sides }: Infix): Test {
  const [left, right] = [toTest(sides.left), toTest(sides.right)];
  if (operator === '&&') return (item, work) => left(item, work) && right(item, work);
  return (item, work) => left(item, work) || right(item, work);
}

function toComparison({ operator, ...sides }: Infix): Test {
  const [left, right] = [toRead(sides.left), toRead(sides.right)];
  const compare = COMPARISONS[operator];
  if (!compare) throw new Error(`the operator ${operator} is not supported`);
  return (item, work) => compare(left(item, work), right(item, work), work);
}

type Compare = (a: Json | undefined, b: Json | undefined, work: Work) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  '==': isSame,
  '!=': (a, b, work) => !isSame(a, b, work),
  '<': isLess,
  '>': (a, b, work) => isLess(b, a, work),
  '<=': (a, b, work) => isLess(a, b, work) || isSame(a, b, work),
  '>=': (a, b, work) => isLess(b, a, work) || isSame(a, b, work),
};

function isLess(a: Json | undefined, b: Json | undefined, work: Work): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (isExact(a) || isExact(b)) return compareSpending(a, b, work) < 0;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  work.spendText(Math.min(a.length, b.length));
  return a < b;
}

function toChars(value: Json | undefined): number {
  return typeof value === 'string' || isExact(value) ? String(value).length : 0;
}

/** NaN where the two have no order. */
function compareSpending(a: Json | undefined, b: Json | undefined, work: Work): number {
  work.spendText(toChars(a) + toChars(b));
  return compareExact(a, b) ?? Number.NaN;
}

function isSame(a: Json | undefined, b: Json | undefined, work: Work): boolean {
  work.spendText(typeof a === 'string' && typeof b === 'string' ? a.length : 0);
  if (a === b) return true;
  if (isExact(a) || isExact(b)) return compareSpending(a, b, work) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index], work));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  work.spend(keys.length + others.length);
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key], work))
  );
}

function toRead(expression: jsonpath.expressions.FilterExpression): Read {
  if (expression instanceof expressions.FilterQuery) return toQueryRead(expression);
  if (expression instanceof expressions.FunctionExtension) return toFunctionRead(expression);
  if (expression instanceof expressions.FilterExpressionLiteral) {
    const value = toLiteral(expression);
    return () => value;
  }
  throw new Error(`${expression} cannot be compared`);
}

/** The library rounds a number to a double. */
function toLiteral(literal: jsonpath.expressions.FilterExpressionLiteral): Json {
  const value = literal.evaluate({} as never) as Json;
  const { value: text } = literal.token;
  return typeof value === 'number' ? (toNumber(text) as Json) : value;
}

function toQueryRead(query: jsonpath.expressions.FilterQuery): Read {
  if (!(query instanceof expressions.RelativeQuery)) {
    throw new Error('a filter looks at its item (@) and not at the whole ($)');
  }
  if (!query.path.singularQuery()) {
    throw new Error(`${query} in a filter can be many values: give each part by name or index`);
  }
  const steps = query.path.segments.flatMap((segment) => segment.selectors).map(toStep);
  return (item, work) => {
    work.spend(1 + steps.length);
    let found: Json | undefined = item;
    for (const step of steps) found = found === undefined ? undefined : step(found);
    return found;
  };
}

type Step = (value: Json) => Json | undefined;

/** Compiles a name or an index, which selects at most one value. */
export function toStep(selector: jsonpath.JSONPathSelector): Step {
  if (selector instanceof selectors.NameSelector) {
    const { name } = selector;
    return (value) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  }
  const { index } = selector as jsonpath.selectors.IndexSelector;
  return (value) => (Array.isArray(value) ? value.at(index) : undefined);
}

function toFunctionRead({ name, args }: jsonpath.expressions.FunctionExtension): Read {
  const [argument] = args;
  if (!argument || !['length', 'count', 'value'].includes(name)) return refuseFunction(name);
  const read = toRead(argument);
  if (name === 'value') return read;
  if (name === 'count') return (item, work) => (read(item, work) === undefined ? 0 : 1);
  return (item, work) => toLength(read(item, work), work);
}

function refuseFunction(name: string): never {
  throw new Error(
    name === 'match' || name === 'search'
      ? `${name}() is not supported: an event could make its regular expression take for ever`
      : `${name}() must be compared`,
  );
}

/** Length of a text in Unicode characters: a surrogate pair is one. */
function toLength(value: Json | undefined, work: Work): number | undefined {
  if (typeof value === 'string') {
    work.spend(value.length);
    let length = 0;
    for (const _ of value) length += 1;
    return length;
  }
  if (Array.isArray(value)) return value.length;
  if (!isJsonObject(value)) return undefined;
  const { length } = Object.keys(value);
  work.spend(length);
  return length;
}
