import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { RunRules } from '../../triggers/inputs/index.ts';

/** Keys of the mappings that may be meant as paths: `body.count`. */
export function findDottedKeys({ inputMapping, outputMapping }: RunRules): readonly string[] {
  const keys = [...Object.keys(inputMapping ?? {}), ...Object.keys(outputMapping ?? {})];
  return keys.filter((key) => key.split('.').length > 1 && !key.split('.').includes(''));
}

/** Puts the values of dotted keys into nested fields: `{ 'body.count': 3 }` is `{ body: { count: 3 } }`. */
export function nestKeys(input: JsonObject, dotted: readonly string[]): JsonObject {
  return dotted.reduce<JsonObject>((nested, key) => {
    const { [key]: value, ...rest } = nested;
    return value === undefined ? nested : setAt(rest, key.split('.'), value);
  }, input);
}

function setAt(
  object: JsonObject,
  [key = '', ...rest]: readonly string[],
  value: Json,
): JsonObject {
  if (rest.length === 0) return { ...object, [key]: value };
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: setAt(isJsonObject(inner) ? inner : {}, rest, value) };
}
