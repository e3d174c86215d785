import { compareExact, isExact } from '../../domain/exact-number.ts';
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

/**
 * Compares numbers with numbers and texts with texts: ISO 8601 timestamps in UTC sort as texts. For
 * a number, an operand that is the text of a number which no double holds counts as that number.
 * @returns negative, zero or positive, as for `sort`; undefined where there is no order
 */
export function compare(found: Json | undefined, operand: Json): number | undefined {
  if (isExact(found) || isExact(operand)) return compareExact(found, operand);
  if (typeof found === 'number' && typeof operand === 'string') return compareExact(found, operand);
  const isOrdered = typeof found === 'number' || typeof found === 'string';
  if (!isOrdered || typeof found !== typeof operand) return undefined;
  return found === operand ? 0 : found < (operand as typeof found) ? -1 : 1;
}

/**
 * Recurses no deeper than the shallower of the two. A number that no double holds also equals its
 * digits as a text, since YAML and Bicep keep it exact only if it is quoted.
 */
export function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isExact(a) || isExact(b)) return compareExact(a, b) === 0;
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
