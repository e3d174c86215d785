import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

/** Follows a path of own properties; undefined if it leads nowhere. */
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

/** Normalized fields: absent values are omitted, never null. */
export function toFields(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const present: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) present[name] = value;
  }
  return present;
}

/** First time whose year has more than four digits. */
const END_OF_TIME = Date.UTC(10_000, 0);

/** Converts a sender's time, Unix seconds or ISO 8601 with zone; undefined if invalid. */
export function toTime(value: Json | undefined): string | undefined {
  const time = typeof value === 'number' ? value * 1000 : parseTime(value);
  return time >= 0 && time < END_OF_TIME ? new Date(time).toISOString() : undefined;
}

function parseTime(value: Json | undefined): number {
  const isTime =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)$/.test(value);
  return isTime ? Date.parse(value) : Number.NaN;
}
