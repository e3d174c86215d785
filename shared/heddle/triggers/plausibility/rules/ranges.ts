import { isJsonNumber } from '../../../domain/exact-number.ts';
import type { Json } from '../../../domain/json.ts';
import { findOperator } from '../../conditions/index.ts';
import type { Clause } from '../clauses.ts';
import type { Doubt } from '../doubt.ts';
import { toOneKind } from '../find-in-shape.ts';
import type { Rule } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import { everyTestOf, testsOf, type ValueTest } from '../tests-of.ts';

const LOW: readonly string[] = ['gt', 'gte'];
const HIGH: readonly string[] = ['lt', 'lte'];

export const contradiction: Rule = {
  name: 'contradiction',
  about: 'Tests of one value that no value meets: `gte: 5` with `lt: 2`, `eq` with another `eq`.',
  find: ({ clauses }) => [
    ...[...groupTests(clauses)].flatMap((tests) => findImpossible(tests)),
    ...clauses.flatMap((clause) => testsOf(clause).flatMap(findImpossibleWithin)),
  ],
};

/** The tests that one value has to meet together. */
function groupTests(clauses: readonly Clause[]): Iterable<readonly ValueTest[]> {
  const groups = new Map<string, ValueTest[]>();
  for (const clause of clauses) {
    const key = `${clause.group}\n${clause.field.join('\n')}`;
    groups.set(key, [...(groups.get(key) ?? []), ...testsOf(clause)]);
  }
  return groups.values();
}

/** The alternatives of `any`, each for itself. */
function findImpossibleWithin({ operator, operand, path }: ValueTest): readonly Doubt[] {
  if (operator !== 'any' || !Array.isArray(operand)) return [];
  return operand.flatMap((value, index) =>
    findImpossible(testsOf({ ...EMPTY, form: 'tests', value, path: [...path, index] })),
  );
}

const EMPTY = { key: '', part: 'conditions', field: [], group: '' } as const;

function findImpossible(tests: readonly ValueTest[]): readonly Doubt[] {
  const [first] = tests;
  if (!first || tests.length < 2) return [];
  const why = findAbsent(tests) ?? findExcluded(tests) ?? findEmptyRange(tests);
  if (why === undefined) return [];
  return [{ path: why.path, message: `no value meets ${why.words}: correct one of them` }];
}

interface Reason {
  readonly path: ValueTest['path'];
  readonly words: string;
}

function show({ operator, operand }: ValueTest): string {
  return `${operator}: ${JSON.stringify(operand)}`;
}

function showAll(tests: readonly ValueTest[]): string {
  return tests.map(show).join(' and ');
}

/** Whatever needs a value contradicts `exists: false`. */
function findAbsent(tests: readonly ValueTest[]): Reason | undefined {
  const absent = tests.find(({ operator, operand }) => operator === 'exists' && operand === false);
  const other = tests.find((test) => test !== absent && isMet(test, undefined) === false);
  return absent && other && { path: absent.path, words: showAll([absent, other]) };
}

/** The values that are named are few: each can be tried. */
function findExcluded(tests: readonly ValueTest[]): Reason | undefined {
  const naming = tests.find(({ operator }) => operator === 'eq' || operator === 'in');
  if (!naming) return undefined;
  const values = naming.operator === 'eq' ? [naming.operand] : (naming.operand as Json[]);
  const others = tests.filter((test) => test !== naming);
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const isPossible = values.some((value) => others.every((test) => isMet(test, value) !== false));
  if (isPossible) return undefined;
  const against = others.filter((test) => values.every((value) => isMet(test, value) === false));
  const shown = [naming, ...(against.length > 0 ? against.slice(0, 1) : others)];
  return { path: against[0]?.path ?? naming.path, words: showAll(shown) };
}

/** @returns undefined for what is not known without the event */
function isMet({ operator, operand }: ValueTest, value: Json | undefined): boolean | undefined {
  const known = findOperator(operator);
  if (!known?.takes(operand) || !TRIED.includes(operator)) return undefined;
  return known.create(operand)(value);
}

/** Operators that look at a single value alone. */
const TRIED: readonly string[] = [
  ...['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'notIn', 'exists', 'startsWith', 'endsWith'],
  'contains',
];

function findEmptyRange(tests: readonly ValueTest[]): Reason | undefined {
  for (const low of tests.filter(({ operator }) => LOW.includes(operator))) {
    for (const high of tests.filter(({ operator }) => HIGH.includes(operator))) {
      if (isEmpty(low, high)) return { path: high.path, words: showAll([low, high]) };
    }
  }
  return undefined;
}

function isEmpty(low: ValueTest, high: ValueTest): boolean {
  const [from, to] = [low.operand, high.operand];
  const isSame = typeof from === typeof to && ['number', 'string'].includes(typeof from);
  if (!isSame || from === null || to === null) return false;
  if (from > to) return true;
  return from === to && (low.operator === 'gt' || high.operator === 'lt');
}

const RANGE: readonly string[] = [...LOW, ...HIGH];

export const mistypedRange: Rule = {
  name: 'range',
  about: 'A range whose limit is of another type than the value: `gte: "2"` for a number.',
  find: ({ clauses, event }) =>
    clauses.flatMap((clause) => {
      const kind = toOneKind(shapesAt(event, clause) ?? []);
      const limits = everyTestOf(clause).filter(({ operator }) => RANGE.includes(operator));
      const isMixed = new Set(limits.map(({ operand }) => isJsonNumber(operand))).size > 1;
      return limits.flatMap((test) => findMistyped(test, kind, isMixed));
    }),
};

function findMistyped(
  { operator, operand, path }: ValueTest,
  kind: string | undefined,
  isMixed: boolean,
): readonly Doubt[] {
  if (typeof operand !== 'string') {
    const isNumberForText = kind === 'text' && isJsonNumber(operand);
    const message = `${operator} compares with a number, and the value is a text: put it in quotes, or test another field`;
    return isNumberForText ? [{ path, message }] : [];
  }
  const isNumber = /^\s*[+-]?\d{1,15}(\.\d{1,15})?\s*$/.test(operand);
  if (isNumber && (kind !== 'text' || isMixed)) {
    const message = `"${operand}" is a text, which no number is compared with: did you mean ${operator}: ${operand.trim()}, without quotes?`;
    return [{ path, message }];
  }
  if (
    /^(now|today|yesterday|tomorrow)\b|^[+-]?\d+\s?(s|m|h|d|min|hours?|days?)( ago)?$/i.test(
      operand,
    )
  ) {
    const message = `"${operand}" is compared as a text: write a timestamp such as "2026-01-31T08:00:00Z"`;
    return [{ path, message }];
  }
  const isOther = kind === 'number' || kind === 'boolean';
  const message = `"${operand}" is a text, and the value is a ${kind}: write a number`;
  return isOther ? [{ path, message }] : [];
}
