import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

/** What is at the end of a path of own properties; undefined where it leads nowhere. */
export function read(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = value;
  for (const key of path) {
    if (!isJsonObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

export function readText(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = read(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** Normalized fields: what an event lacks is absent, never null. */
export function toFields(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const present: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) present[name] = value;
  }
  return present;
}

/** The first moment that has no four-digit year. */
const END_OF_TIME = Date.UTC(10_000, 0);

/** A sender's time, Unix seconds or ISO 8601 with its zone, as an envelope's; undefined if odd. */
export function toTime(value: Json | undefined): string | undefined {
  const time = typeof value === 'number' ? value * 1000 : parseTime(value);
  return time >= 0 && time < END_OF_TIME ? new Date(time).toISOString() : undefined;
}

function parseTime(value: Json | undefined): number {
  const isTime =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)$/.test(value);
  return isTime ? Date.parse(value) : Number.NaN;
}
