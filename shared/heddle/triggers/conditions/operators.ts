import { isJsonNumber } from '../../domain/exact-number.ts';
import type { Json } from '../../domain/json.ts';
import { compare, isEqual } from './values.ts';

/** Tests a value against an operand; undefined means that there is no value. Never throws. */
export type Test = (found: Json | undefined) => boolean;

interface Operator {
  /** The allowed operands, in words. */
  readonly operand: string;
  readonly takes: (operand: Json) => boolean;
  readonly create: (operand: Json) => Test;
}

/** A missing value meets only `exists: false`, `ne` and `notIn`. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  eq: takeAnything((operand) => (found) => found !== undefined && isEqual(operand, found)),
  ne: takeAnything((operand) => (found) => found === undefined || !isEqual(operand, found)),
  gt: takeOrdered((order) => order > 0),
  gte: takeOrdered((order) => order >= 0),
  lt: takeOrdered((order) => order < 0),
  lte: takeOrdered((order) => order <= 0),
  in: takeList((items) => (found) => found !== undefined && includes(items, found)),
  notIn: takeList((items) => (found) => found === undefined || !includes(items, found)),
  exists: {
    operand: 'true or false',
    takes: (operand) => typeof operand === 'boolean',
    create: (operand) => (found) => (found !== undefined) === operand,
  },
  contains: takeAnything((operand) => (found) => {
    if (typeof found === 'string') return typeof operand === 'string' && found.includes(operand);
    return Array.isArray(found) && includes(found, operand);
  }),
  startsWith: takeText((found, operand) => found.startsWith(operand)),
  endsWith: takeText((found, operand) => found.endsWith(operand)),
};

export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

/** Own properties only: `constructor` is not an operator. */
export function findOperator(name: string): Operator | undefined {
  return Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
}

function takeAnything(create: Operator['create']): Operator {
  return { operand: 'a value', takes: () => true, create };
}

function takeOrdered(holds: (order: number) => boolean): Operator {
  return {
    operand: 'a number or a text',
    takes: (operand) => isJsonNumber(operand) || typeof operand === 'string',
    create: (operand) => (found) => {
      const order = compare(found, operand);
      return order !== undefined && holds(order);
    },
  };
}

function takeList(create: (items: readonly Json[]) => Test): Operator {
  return {
    operand: 'a list of values',
    takes: (operand) => Array.isArray(operand),
    create: (operand) => create(operand as readonly Json[]),
  };
}

function takeText(holds: (found: string, operand: string) => boolean): Operator {
  return {
    operand: 'a text',
    takes: (operand) => typeof operand === 'string',
    create: (operand) => (found) => typeof found === 'string' && holds(found, operand as string),
  };
}

function includes(items: readonly Json[], value: Json): boolean {
  return items.some((item) => isEqual(item, value));
}
