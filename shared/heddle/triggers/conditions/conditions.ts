import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { compileLogic, isLogic } from './all-any-not.ts';
import { allOf, type Clause, type Found, inOrder, RANKS } from './clauses.ts';
import type { Place } from './compilation.ts';
import { createIn } from './operators.ts';
import { compilePattern, compileTests, doubtNames, isTests, toClause } from './value-tests.ts';
import { createLookUp } from './values.ts';

const PATTERN_SUFFIX = '_pattern';

/**
 * All keys must be met. A key is a field's name or, if no field has that name, a dotted path; for
 * its value see {@link compileValue}. `<field>_pattern`, `expression`, `all`, `any` and `not` are
 * not fields, except that all but `not` are if their value has only tests: `{ all: { eq: 1 } }`. A
 * missing value does not match, and only an expression can throw.
 */
export function compileConditions(written: JsonObject, place: Place): Clause<JsonObject> {
  return allOf(compileEach(written, place));
}

/** As {@link compileConditions}, one clause for each key. */
export function compileEach(written: JsonObject, place: Place): readonly Clause<JsonObject>[] {
  return inOrder(place.compileEntries(written, compileKey));
}

function compileKey(expected: Json, place: Place): Clause<JsonObject> {
  const { key } = place;
  const isField = isTests(expected) && key !== 'not';
  if (isField) return atField(key, compileTests(expected, place, compileExpected));
  if (isLogic(key)) return compileLogic(expected, place, compileConditions);
  if (key === 'expression') return compileExpression(expected, place);
  if (key.endsWith(PATTERN_SUFFIX) && key !== PATTERN_SUFFIX) {
    return atField(key.slice(0, -PATTERN_SUFFIX.length), compilePattern(expected, place));
  }
  return atField(key, compileValue(expected, place));
}

function atField(key: string, { rank, check }: Clause<Found>): Clause<JsonObject> {
  const lookUp = createLookUp(key);
  return { rank, check: (value, event) => check(lookUp(value), event) };
}

/** Compiles operators, or what {@link compileValue} takes. */
function compileExpected(expected: Json, place: Place): Clause<Found> {
  if (isTests(expected)) return compileTests(expected, place, compileExpected);
  return compileValue(expected, place);
}

/**
 * A value requires an equal one, and a list any of its values, as `in` does; an object requires one
 * that meets its keys in turn.
 */
function compileValue(expected: Json, place: Place): Clause<Found> {
  const toMismatch = place.createToMismatch(expected);
  if (isJsonObject(expected)) {
    doubtNames(expected, place);
    const { rank, check } = compileConditions(expected, place);
    return {
      rank,
      check: (found, event) => (isJsonObject(found) ? check(found, event) : toMismatch(found)),
    };
  }
  const allowed: readonly Json[] = Array.isArray(expected) ? expected : [expected];
  return toClause(toMismatch, createIn(allowed, place.scope.ignoresCase));
}

/** Compiles an expression over the whole event, at any position. */
export function compileExpression(written: Json, place: Place): Clause<unknown> {
  if (typeof written !== 'string') return place.refuse('expected a Jinja expression, as a text');
  if (place.scope.isOfItem) {
    return place.refuse('an expression reads the event and no item: write it beside the field');
  }
  const toMismatch = place.createToMismatch(written);
  return place.use('compileExpression', written, (ask) => ({
    rank: RANKS.expression,
    check(_, event) {
      const answer = place.run(() => ask(event));
      return answer === true ? undefined : toMismatch(answer);
    },
  }));
}
