import { isExact } from '../../domain/exact-number.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { compileLogic, isLogic } from './all-any-not.ts';
import { allOf, type Clause, type Mismatch, RANKS } from './clauses.ts';
import type { Place } from './compilation.ts';
import { findOperator } from './operators.ts';
import type { TestText } from './patterns.ts';

/** The value of a field; undefined if there is no such field. */
export type Found = Json | undefined;

/** Deeper tests are refused, as for conditions. */
const MAX_DEPTH = 50;

/** Whether all keys are operators, or `all`, `any` and `not` of such objects. */
export function isTests(value: Json, depth = MAX_DEPTH): value is JsonObject {
  if (!isJsonObject(value) || depth === 0) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([key, operand]) => isTest(key, operand, depth - 1));
}

function isTest(key: string, operand: Json, depth: number): boolean {
  if (key === 'not') return isTests(operand, depth);
  if (!isLogic(key)) return key === 'pattern' || findOperator(key) !== undefined;
  const isList = Array.isArray(operand) && operand.length > 0;
  return isList && operand.every((item) => isTests(item, depth));
}

export function compileTests(written: JsonObject, place: Place): Clause<Found> {
  return allOf(place.compileEntries(written, compileTest));
}

function compileTest(operand: Json, place: Place): Clause<Found> {
  if (isLogic(place.key)) return compileLogic(operand, place, compileTests);
  const operator = findOperator(place.key);
  if (!operator) return compilePattern(operand, place);
  if (!operator.takes(operand)) {
    const hint = `a field of that name is written with a dot, as <field>.${place.key}`;
    return place.refuse(`expected ${operator.operand} (${hint})`);
  }
  return toClause(place.createToMismatch(operand), operator.create(operand));
}

export function compilePattern(written: Json, place: Place): Clause<Found> {
  if (typeof written !== 'string') return place.refuse('expected a pattern, as a text');
  const toMismatch = place.createToMismatch(written);
  return place.use('compilePattern', written, (test) => ({
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
