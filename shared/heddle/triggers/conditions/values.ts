import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

export type LookUp = (value: JsonObject) => Json | undefined;

/**
 * Finds a field by its name or, if no field has that name, by a dotted path. Only own properties
 * are read: `constructor` and the like are ordinary names.
 */
export function createLookUp(key: string): LookUp {
  if (!key.includes('.')) return (value) => (Object.hasOwn(value, key) ? value[key] : undefined);
  const parts = key.split('.');
  return (value) => (Object.hasOwn(value, key) ? value[key] : walk(value, parts));
}

function walk(value: JsonObject, parts: readonly string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const part of parts) {
    if (!isJsonObject(found) || !Object.hasOwn(found, part)) return undefined;
    found = found[part];
  }
  return found;
}

/** Recurses no deeper than the shallower of the two. */
export function isEqual(a: Json, b: Json): boolean {
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
