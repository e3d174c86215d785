import { isExact } from '../../domain/exact-number.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { compileLogic, isLogic } from './all-any-not.ts';
import { allOf, type Clause, type Found, type Mismatch, RANKS } from './clauses.ts';
import type { CompileValue, Place } from './compilation.ts';
import { createTest, findOperator } from './operators.ts';
import type { TestText } from './patterns.ts';
import { findDoubt, findWord } from './words.ts';

/** Deeper tests are refused, as for conditions. */
const MAX_DEPTH = 50;

/** Changes the tests beside it, and tests nothing itself. */
const IGNORE_CASE = 'ignoreCase';

/** Whether all keys are operators, or `all`, `any` and `not` of such objects. */
export function isTests(value: Json, depth = MAX_DEPTH): value is JsonObject {
  if (!isJsonObject(value) || depth === 0) return false;
  const entries = Object.entries(value);
  if (entries.every(([key]) => key === IGNORE_CASE)) return false;
  return entries.every(([key, operand]) => isTest(key, operand, depth - 1));
}

function isTest(key: string, operand: Json, depth: number): boolean {
  if (key === 'not') return isTests(operand, depth);
  if (key === IGNORE_CASE) return typeof operand === 'boolean';
  if (!isLogic(key)) return isOperator(key, operand, depth);
  const isList = Array.isArray(operand) && operand.length > 0;
  return isList && operand.every((item) => isTests(item, depth));
}

/** A word whose operand does not fit it is the name of a field. */
function isOperator(key: string, operand: Json, depth: number): boolean {
  if (key === 'pattern' || findOperator(key)) return true;
  return findWord(key)?.takes(operand, (inner) => isTests(inner, depth)) === true;
}

/** Doubts that an object of operators' names, of which one is none here, is meant as fields. */
export function doubtNames(written: JsonObject, place: Place): void {
  const entries = Object.entries(written);
  const isNamed = ([key]: readonly [string, Json]) =>
    key === IGNORE_CASE || key === 'pattern' || Boolean(findOperator(key) ?? findWord(key));
  if (!entries.every(isNamed)) return;
  for (const [key, operand] of entries) {
    if (findWord(key) === undefined || isTest(key, operand, MAX_DEPTH)) continue;
    const doubt = findDoubt(key, operand);
    if (doubt !== undefined) place.at(key).doubt(doubt);
  }
}

export function compileTests(
  { [IGNORE_CASE]: isIgnored, ...written }: JsonObject,
  place: Place,
  compileValue: CompileValue,
): Clause<Found> {
  const within = typeof isIgnored === 'boolean' ? place.within({ ignoresCase: isIgnored }) : place;
  return allOf(
    within.compileEntries(written, (operand, at) => compileTest(operand, at, compileValue)),
  );
}

function compileTest(operand: Json, place: Place, compileValue: CompileValue): Clause<Found> {
  if (isLogic(place.key)) {
    return compileLogic(operand, place, (inner, at) => compileTests(inner, at, compileValue));
  }
  const word = findWord(place.key);
  if (word) return word.compile(operand, place, compileValue);
  const operator = findOperator(place.key);
  if (!operator) return compilePattern(operand, place);
  if (!operator.takes(operand)) {
    const hint = `a field of that name is written with a dot, as <field>.${place.key}`;
    return place.refuse(`expected ${operator.operand} (${hint})`);
  }
  const test = createTest(operator, operand, place.scope.ignoresCase === true);
  return toClause(place.createToMismatch(operand), test);
}

export function compilePattern(written: Json, place: Place): Clause<Found> {
  if (typeof written !== 'string') return place.refuse('expected a pattern, as a text');
  const toMismatch = place.createToMismatch(written);
  const pattern = place.scope.ignoresCase ? `(?i)${written}` : written;
  return place.use('compilePattern', pattern, (test) => ({
    ...toClause(toMismatch, (found) => matchesText(found, test)),
    rank: RANKS.pattern,
  }));
}

/** Any item of a list may match. Objects, nested lists and null have no text. */
function matchesText(found: Found, test: TestText): boolean {
  if (Array.isArray(found)) return found.some((item) => isScalar(item) && test(String(item)));
  return isScalar(found) && test(String(found));
}

function isScalar(value: Found): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) || isExact(value);
}

export function toClause(
  toMismatch: (found?: Json) => Mismatch,
  test: (found: Found) => boolean,
): Clause<Found> {
  return {
    rank: RANKS.value,
    check: (found) => (test(found) ? undefined : toMismatch(found)),
  };
}
