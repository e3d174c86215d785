import { isJsonObject, type Json } from '../../domain/json.ts';
import { type Clause, toIgnoresCase } from './clauses.ts';
import type { Path } from './doubt.ts';

/** A test of the value that a clause is about. */
export interface ValueTest {
  readonly operator: string;
  readonly operand: Json;
  readonly path: Path;
  readonly ignoresCase: boolean;
}

/** The tests that a value must all meet: `x: 1` is `eq`, `x: [1, 2]` is `in`. */
export function testsOf({
  form,
  value,
  path,
  ignoresCase = false,
}: Pick<Clause, 'form' | 'value' | 'path' | 'ignoresCase'>): readonly ValueTest[] {
  if (form === 'value') return [{ operator: 'eq', operand: value, path, ignoresCase }];
  if (form === 'list') return [{ operator: 'in', operand: value, path, ignoresCase }];
  return form === 'tests' ? readTests(value, path, ignoresCase) : [];
}

function readTests(value: Json, path: Path, around: boolean): readonly ValueTest[] {
  if (!isJsonObject(value)) return [];
  const ignoresCase = toIgnoresCase(value, around);
  return Object.entries(value).flatMap(([operator, operand]) => {
    const at = [...path, operator];
    if (operator === 'ignoreCase') return [];
    if (operator === 'all' && Array.isArray(operand)) {
      return operand.flatMap((item, index) => readTests(item, [...at, index], ignoresCase));
    }
    return [{ operator, operand, path: at, ignoresCase }];
  });
}

/** As {@link testsOf}, with those of `any` and `not`, which need not be met. */
export function everyTestOf(clause: Clause): readonly ValueTest[] {
  return testsOf(clause).flatMap((test) => [test, ...readInner(test)]);
}

function readInner({ operator, operand, path, ignoresCase }: ValueTest): readonly ValueTest[] {
  if (operator !== 'any' && operator !== 'not') return [];
  const items = Array.isArray(operand) ? operand : [operand];
  return items.flatMap((item, index) =>
    readTests(item, Array.isArray(operand) ? [...path, index] : path, ignoresCase).flatMap(
      (test) => [test, ...readInner(test)],
    ),
  );
}
