import { ExactNumber, isExact, isInexact, isJsonNumber } from '../../domain/exact-number.ts';
import type { Json } from '../../domain/json.ts';
import { foldAll } from './fold-case.ts';
import { compare, isEqual } from './values.ts';

/** Tests a value against an operand; undefined means that there is no value. Never throws. */
export type Test = (found: Json | undefined) => boolean;

interface Operator {
  /** The allowed operands, in words. */
  readonly operand: string;
  readonly takes: (operand: Json) => boolean;
  readonly create: (operand: Json) => Test;
  /** Whether `ignoreCase` changes it. */
  readonly isOfTexts?: true;
}

/**
 * On a list, each asks the items: it is met if one of them meets it, and `ne` and `notIn` if none is
 * equal. Only `exists` and `contains` ask about the list itself. A missing value meets only
 * `exists: false`, `ne` and `notIn`.
 */
const OPERATORS: Readonly<Record<string, Operator>> = {
  eq: takeAnything(createEqual),
  ne: takeAnything((operand) => negate(createEqual(operand))),
  gt: takeOrdered((order) => order > 0),
  gte: takeOrdered((order) => order >= 0),
  lt: takeOrdered((order) => order < 0),
  lte: takeOrdered((order) => order <= 0),
  in: takeList(createAmong),
  notIn: takeList((items) => negate(createAmong(items))),
  exists: {
    operand: 'true or false',
    takes: (operand) => typeof operand === 'boolean',
    create: (operand) => (found) => (found !== undefined) === operand,
  },
  contains: takeAnything((operand) => (found) => {
    if (typeof found === 'string') return typeof operand === 'string' && found.includes(operand);
    return Array.isArray(found) && found.some((item) => isEqual(item, operand));
  }),
  startsWith: takeText((found, operand) => found.startsWith(operand)),
  endsWith: takeText((found, operand) => found.endsWith(operand)),
};

export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

/** Own properties only: `constructor` is not an operator. */
export function findOperator(name: string): Operator | undefined {
  return Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
}

/** Creates an operator's test, with both sides folded if case is ignored. */
export function createTest(operator: Operator, operand: Json, ignoresCase = false): Test {
  const { create, isOfTexts } = operator;
  return ignoresCase && isOfTexts ? foldFound(create(foldAll(operand))) : create(operand);
}

function foldFound(test: Test): Test {
  return (found) => test(found === undefined ? undefined : foldAll(found));
}

/** Creates the test of a value, or of a list of those allowed. */
export function createIn(items: readonly Json[], ignoresCase = false): Test {
  return ignoresCase ? foldFound(createAmong(items.map(foldAll))) : createAmong(items);
}

/**
 * Whether a value, or one of a list's items, is among these. Scalars take one look-up, since lists may
 * have as many items as a payload has room for.
 */
function createAmong(items: readonly Json[]): Test {
  const scalars = new Set<Json | undefined>(items.filter(isScalar));
  const others = items.filter((item) => !isScalar(item));
  const isExactAmong = createExactAmong(items);
  const isAmong = (found: Json) => {
    if (scalars.has(found)) return true;
    if (isExact(found)) return isExactAmong(found);
    return others.length > 0 && others.some((item) => isEqual(item, found));
  };
  return (found) => {
    if (!Array.isArray(found)) return found !== undefined && isAmong(found as Json);
    return isAmong(found) || found.some(isAmong);
  };
}

/** A number that no double holds also equals its digits as a text. */
function createExactAmong(items: readonly Json[]): (found: ExactNumber) => boolean {
  const keys = new Set(
    items.flatMap((item) => {
      if (isExact(item)) return toKey(item);
      return typeof item === 'string' && isInexact(item) ? toKey(new ExactNumber(item)) : [];
    }),
  );
  return (found) => keys.size > 0 && keys.has(toKey(found));
}

/** Equal for numbers of equal value. */
function toKey({ decimal }: ExactNumber): string {
  return JSON.stringify(decimal);
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}

/** A list equals the same list as a whole; any other value only has to be one of its items. */
function createEqual(operand: Json): Test {
  if (!Array.isArray(operand)) return createAmong([operand]);
  const isAmong = createAmong(operand);
  return (found) => (Array.isArray(found) ? isEqual(operand, found) : isAmong(found));
}

function negate(test: Test): Test {
  return (found) => !test(found);
}

/** On a list, one of its items has to meet the test. */
function ofItems(test: (found: Json) => boolean): Test {
  return (found) => {
    if (Array.isArray(found)) return found.some(test);
    return found !== undefined && test(found as Json);
  };
}

function takeAnything(create: Operator['create']): Operator {
  return { operand: 'a value', takes: () => true, create, isOfTexts: true };
}

function takeOrdered(holds: (order: number) => boolean): Operator {
  return {
    operand: 'a number or a text',
    takes: (operand) => isJsonNumber(operand) || typeof operand === 'string',
    create: (operand) =>
      ofItems((found) => {
        const order = compare(found, operand);
        return order !== undefined && holds(order);
      }),
  };
}

function takeList(create: (items: readonly Json[]) => Test): Operator {
  return {
    operand: 'a list of values',
    takes: (operand) => Array.isArray(operand),
    create: (operand) => create(operand as readonly Json[]),
    isOfTexts: true,
  };
}

function takeText(holds: (found: string, operand: string) => boolean): Operator {
  return {
    operand: 'a text',
    takes: (operand) => typeof operand === 'string',
    create: (operand) =>
      ofItems((found) => typeof found === 'string' && holds(found, operand as string)),
    isOfTexts: true,
  };
}
