import type { JsonObject } from '../../shared/heddle/domain/json.ts';
import type { Mismatch } from '../../shared/heddle/triggers/conditions/clauses.ts';
import {
  Compilation,
  type ConditionFault,
} from '../../shared/heddle/triggers/conditions/compilation.ts';
import { compileConditions } from '../../shared/heddle/triggers/conditions/conditions.ts';
import { createEvent } from './factories.ts';
import { createMatchTools } from './match-tools.ts';

/** Finds the first unmet clause, for a value that is the whole payload. */
export function findMismatch(conditions: JsonObject, value: JsonObject): Mismatch | undefined {
  const compilation = new Compilation(createMatchTools());
  const { check } = compileConditions(conditions, compilation.at('conditions'));
  const [fault] = compilation.faults;
  if (fault) throw new Error(`${fault.path.join('.')}: ${fault.message}`);
  return check(value, createEvent({ data: value, fields: {} }));
}

export function meets(conditions: JsonObject, value: JsonObject): boolean {
  return findMismatch(conditions, value) === undefined;
}

/** Formats each fault as `path: message`. */
export function findFaults(conditions: JsonObject): readonly string[] {
  const compilation = new Compilation(createMatchTools());
  compileConditions(conditions, compilation.at('conditions'));
  return compilation.faults.map(({ path, message }: ConditionFault) => {
    return `${path.join('.')}: ${message}`;
  });
}
