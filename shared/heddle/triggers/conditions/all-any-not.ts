import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { allOf, anyOf, type Clause, noneOf } from './clauses.ts';
import type { Place } from './compilation.ts';

type Compile<S> = (written: JsonObject, place: Place) => Clause<S>;

export function isLogic(key: string): boolean {
  return key === 'all' || key === 'any' || key === 'not';
}

/** Compiles the list of `all` or `any`, or the object of `not`: conditions, or tests of a value. */
export function compileLogic<S>(written: Json, place: Place, compile: Compile<S>): Clause<S> {
  const mismatch = place.createToMismatch(written)();
  if (place.key === 'not') {
    if (!isJsonObject(written)) return place.refuse('expected an object of conditions');
    return noneOf(compile(written, place), mismatch);
  }
  if (!Array.isArray(written) || written.length === 0 || !written.every(isJsonObject)) {
    return place.refuse('expected a list of conditions, each of them an object');
  }
  const clauses = written.map((item, index) => compile(item, place.at(index)));
  return place.key === 'all' ? allOf(clauses) : anyOf(clauses, mismatch);
}
