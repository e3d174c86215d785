import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Clause, Found, Mismatch } from './clauses.ts';
import type { CompileValue, Place } from './compilation.ts';
import { createLookUp } from './values.ts';

/** A word being compiled. */
export interface Written {
  readonly operand: Json;
  /** Compiled once, for the items of a list as for the field of an object. */
  readonly inner: Clause<Found>;
  readonly toMismatch: (found?: Json) => Mismatch;
}

/** Checks a value that is no object. */
export type CheckWord = Clause<Found>['check'];

/** Compiles a word, which on an object is the name of a field. */
export function atName(compile: (written: Written, place: Place) => CheckWord) {
  return (operand: Json, place: Place, compileValue: CompileValue): Clause<Found> => {
    const inner = compileValue(operand, place.within({ isOfItem: true }));
    const check = compile({ operand, inner, toMismatch: place.createToMismatch(operand) }, place);
    const lookUp = createLookUp(place.key);
    return {
      rank: inner.rank,
      check: (found, event) =>
        isJsonObject(found) ? inner.check(lookUp(found), event) : check(found, event),
    };
  };
}
