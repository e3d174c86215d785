import { isJsonNumber } from '../../../domain/exact-number.ts';
import type { Json } from '../../../domain/json.ts';
import { createTest, findOperator, toInstant } from '../../conditions/index.ts';
import type { Clause } from '../clauses.ts';
import type { Doubt } from '../doubt.ts';
import { toOneKind } from '../find-in-shape.ts';
import type { Rule, Subject } from '../rule.ts';
import { shapesAt } from '../shapes-at.ts';
import { everyTestOf, testsOf, type ValueTest } from '../tests-of.ts';

const LOW: readonly string[] = ['gt', 'gte'];
const HIGH: readonly string[] = ['lt', 'lte'];

export const contradiction: Rule = {
  name: 'contradiction',
  about: 'Tests of one value that no value meets: `gte: 5` with `lt: 2`, `eq` with another `eq`.',
  find: ({ clauses, event }) => [
    ...[...groupTests(clauses, event)].flatMap(({ tests, kind }) => findImpossible(tests, kind)),
    ...clauses.flatMap((clause) => {
      const kind = toOneKind(shapesAt(event, clause) ?? []);
      return testsOf(clause).flatMap((test) => findImpossibleWithin(test, kind));
    }),
  ],
};

type Kind = ReturnType<typeof toOneKind>;

interface Group {
  readonly tests: readonly ValueTest[];
  readonly kind: Kind;
}

/** The tests that one value has to meet together. */
function groupTests(clauses: readonly Clause[], event: Subject['event']): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const clause of clauses) {
    const key = `${clause.group}\n${clause.field.join('\n')}`;
    const kind = clause.asked === 'size' ? 'number' : toOneKind(shapesAt(event, clause) ?? []);
    groups.set(key, { kind, tests: [...(groups.get(key)?.tests ?? []), ...testsOf(clause)] });
  }
  return groups.values();
}

/** The alternatives of `any`, each for itself. */
function findImpossibleWithin(test: ValueTest, kind: Kind): readonly Doubt[] {
  const { operator, operand, path, ignoresCase } = test;
  if (operator !== 'any' || !Array.isArray(operand)) return [];
  return operand.flatMap((value, index) =>
    findImpossible(testsOf({ form: 'tests', value, path: [...path, index], ignoresCase }), kind),
  );
}

/** In a list, one item may meet the one test and another the other. */
function findImpossible(tests: readonly ValueTest[], kind: Kind): readonly Doubt[] {
  const [first] = tests;
  if (!first || tests.length < 2) return [];
  const isList = kind === 'list';
  const why = findAbsent(tests) ?? (isList ? undefined : (findExcluded(tests) ?? findEmpty(tests)));
  if (why === undefined) return [];
  const isSurely = why.isOfAll || kind !== undefined;
  const except = isSurely ? '' : ', except a list by two of its items';
  const message = `no value meets ${why.words}${except}: correct one of them`;
  return [{ path: why.path, message }];
}

interface Reason {
  readonly path: ValueTest['path'];
  readonly words: string;
  /** Lists included. */
  readonly isOfAll?: true;
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
  return absent && other && { path: absent.path, words: showAll([absent, other]), isOfAll: true };
}

/** The values that are named are few: each can be tried. */
function findExcluded(tests: readonly ValueTest[]): Reason | undefined {
  const naming = tests.find(({ operator }) => operator === 'eq' || operator === 'in');
  if (!naming) return undefined;
  const values = naming.operator === 'eq' ? [naming.operand] : (naming.operand as Json[]);
  const others = tests.filter((test) => test !== naming);
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const holds = (test: ValueTest, value: Json) => isMet(test, value, naming.ignoresCase);
  const isPossible = values.some((value) => others.every((test) => holds(test, value) !== false));
  if (isPossible) return undefined;
  const against = others.filter((test) => values.every((value) => holds(test, value) === false));
  const shown = [naming, ...(against.length > 0 ? against.slice(0, 1) : others)];
  return { path: against[0]?.path ?? naming.path, words: showAll(shown) };
}

/**
 * @param isAnyCase the value stands for all that differ from it by case alone
 * @returns undefined for what is not known without the event
 */
function isMet(test: ValueTest, value: Json | undefined, isAnyCase = false): boolean | undefined {
  const { operator, operand, ignoresCase } = test;
  if (value === undefined && (NEED_VALUE.includes(operator) || isDateWord(test))) return false;
  const known = findOperator(operator);
  if (!known?.takes(operand) || !TRIED.includes(operator)) return undefined;
  const isMany = isAnyCase && !ignoresCase && typeof value === 'string';
  if (isMany && !POSITIVE.includes(operator)) return undefined;
  return createTest(known, operand, ignoresCase || isAnyCase)(value);
}

/** Met by a text if they are met by it in another case, once case is ignored. */
const POSITIVE: readonly string[] = ['eq', 'in', 'contains', 'startsWith', 'endsWith', 'exists'];
/** Operators that look at a single value alone. */
const TRIED: readonly string[] = [...POSITIVE, 'ne', 'notIn', 'gt', 'gte', 'lt', 'lte'];
const NEED_VALUE: readonly string[] = ['some', 'every', 'size', 'pattern'];

function isDateWord({ operator }: ValueTest): boolean {
  return ['before', 'after', 'within'].includes(operator);
}

function findEmpty(tests: readonly ValueTest[]): Reason | undefined {
  return findEmptyRange(tests) ?? findNoDate(tests);
}

/** On an object, `before` and `after` are names of its fields. */
function findNoDate(tests: readonly ValueTest[]): Reason | undefined {
  for (const low of tests.filter(({ operator }) => operator === 'after')) {
    for (const high of tests.filter(({ operator }) => operator === 'before')) {
      const [from, to] = [toInstant(low.operand), toInstant(high.operand)];
      if (from === undefined || to === undefined || from < to) continue;
      return { path: high.path, words: showAll([low, high]) };
    }
  }
  return undefined;
}

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
    const message = `"${operand}" is compared as a text: write within: 1h, or ${LOW.includes(operator) ? 'after' : 'before'}: 2026-01-31T08:00:00Z`;
    return [{ path, message }];
  }
  const isOther = kind === 'number' || kind === 'boolean';
  const message = `"${operand}" is a text, and the value is a ${kind}: write a number`;
  return isOther ? [{ path, message }] : [];
}
