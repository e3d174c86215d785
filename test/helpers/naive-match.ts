import type { Json, JsonObject } from '../../shared/domain/json.ts';
import type { Trigger } from '../../shared/domain/trigger.ts';

/** The rules of matching written once more, as plainly as they are said and as slow as it gets. */

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? ['(map)', ...Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))]
      : inner,
  );

const isMap = (value: unknown): value is JsonObject =>
  Object.prototype.toString.call(value) === '[object Object]';

/** Every field and every dotted path of an object, with what stands there. */
function listPaths(value: JsonObject): ReadonlyMap<string, Json> {
  const paths = new Map<string, Json>();
  const walk = (object: JsonObject, prefix: string) => {
    for (const [name, inner] of Object.entries(object)) {
      if (!name.includes('.')) {
        paths.set(prefix + name, inner);
        if (isMap(inner)) walk(inner, `${prefix}${name}.`);
      }
    }
  };
  walk(value, '');
  for (const [name, inner] of Object.entries(value)) paths.set(name, inner);
  return paths;
}

export function naiveMeets(conditions: JsonObject, value: JsonObject): boolean {
  const paths = listPaths(value);
  return Object.entries(conditions).every(([key, expected]) => {
    if (!paths.has(key)) return false;
    const found = paths.get(key) as Json;
    if (isMap(expected) && isMap(found)) return naiveMeets(expected, found);
    const allowed = Array.isArray(expected) ? expected : [expected];
    return allowed.map(canonical).includes(canonical(found));
  });
}

export function naiveGlob(pattern: string, type: string): boolean {
  const source = pattern.split('*').map(RegExp.escape).join('.*');
  return new RegExp(`^${source}$`, 's').test(type);
}

export function naiveTakes({ source, eventType }: Trigger, from: string, type: string): boolean {
  if (source !== from) return false;
  if (eventType === undefined) return true;
  return [eventType].flat().some((pattern) => {
    if (pattern.includes('*')) return naiveGlob(pattern, type);
    return type === pattern || type.startsWith(`${pattern}.`);
  });
}
