import { z } from 'zod';
import { ExactNumber } from './exact-number.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** An object as `JSON.parse` returns it. Only the top level is checked; ingest bounds the depth. */
export const JsonObjectSchema = z.custom<JsonObject>(isJsonObject, 'expected an object');

export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof ExactNumber);
}

/**
 * Whether `value` nests deeper than `limit` levels. `JSON.parse` accepts a million levels, but
 * `JSON.stringify` and `structuredClone` throw from about 5,000, so only values that pass here can
 * be stored.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  if (limit === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isDeeperThan(item, limit - 1));
  for (const key in value) {
    if (isDeeperThan((value as Record<string, unknown>)[key], limit - 1)) return true;
  }
  return false;
}
