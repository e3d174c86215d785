import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

/** The first clause of a trigger's conditions that an event does not meet. */
export interface Mismatch {
  /** Where the clause stands: `labels.severity`. */
  readonly path: string;
  readonly expected: Json;
  /** Absent when the event has nothing there. */
  readonly found?: Json;
}

/**
 * Every key must be met: a value by an equal one, a list by any of its values, an object by an
 * object that meets it in turn. A key is a field's name or, where no field has that name, a dotted
 * path. What is missing does not match, and never throws.
 */
export function findMismatch(
  conditions: JsonObject,
  value: JsonObject,
  prefix = '',
): Mismatch | undefined {
  for (const [key, expected] of Object.entries(conditions)) {
    const mismatch = compare(expected, lookUp(value, key), `${prefix}${key}`);
    if (mismatch) return mismatch;
  }
  return undefined;
}

function compare(expected: Json, found: Json | undefined, path: string): Mismatch | undefined {
  if (isJsonObject(expected) && isJsonObject(found)) {
    return findMismatch(expected, found, `${path}.`);
  }
  const allowed: readonly Json[] = Array.isArray(expected) ? expected : [expected];
  if (found !== undefined && allowed.some((value) => isEqual(value, found))) return undefined;
  return found === undefined ? { path, expected } : { path, expected, found };
}

/** Own properties only: `constructor` and its like are names as any other. */
export function lookUp(value: JsonObject, key: string): Json | undefined {
  if (Object.hasOwn(value, key)) return value[key];
  let found: Json | undefined = value;
  for (const part of key.split('.')) {
    if (!isJsonObject(found) || !Object.hasOwn(found, part)) return undefined;
    found = found[part];
  }
  return found;
}

function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index] as Json));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key] as Json, b[key] as Json))
  );
}
