import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Clause } from './clauses.ts';
import type { Path } from './doubt.ts';

/** A test of the value that a clause is about. */
export interface ValueTest {
  readonly operator: string;
  readonly operand: Json;
  readonly path: Path;
}

/** The tests that a value must all meet: `x: 1` is `eq`, `x: [1, 2]` is `in`. */
export function testsOf({ form, value, path }: Clause): readonly ValueTest[] {
  if (form === 'value') return [{ operator: 'eq', operand: value, path }];
  if (form === 'list') return [{ operator: 'in', operand: value, path }];
  return form === 'tests' ? readTests(value, path) : [];
}

function readTests(value: Json, path: Path): readonly ValueTest[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([operator, operand]) => {
    const at = [...path, operator];
    if (operator === 'all' && Array.isArray(operand)) {
      return operand.flatMap((item, index) => readTests(item, [...at, index]));
    }
    return [{ operator, operand, path: at }];
  });
}

/** As {@link testsOf}, with those of `any` and `not`, which need not be met. */
export function everyTestOf(clause: Clause): readonly ValueTest[] {
  return testsOf(clause).flatMap((test) => [test, ...readInner(test)]);
}

function readInner({ operator, operand, path }: ValueTest): readonly ValueTest[] {
  if (operator !== 'any' && operator !== 'not') return [];
  const items = Array.isArray(operand) ? operand : [operand];
  return items.flatMap((item, index) =>
    readTests(item, Array.isArray(operand) ? [...path, index] : path).flatMap((test) => [
      test,
      ...readInner(test),
    ]),
  );
}
