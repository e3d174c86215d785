import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** Shorter values would also remove harmless text, and are no real secrets. */
const MIN_SECRET_CHARS = 6;

/** Replaces each value of an event that its source's `redact` names. */
export const REDACTED = '[redacted]';

/** Whether a redacted value is at this place, or is what the place is within. */
export function isRedactedAt(value: unknown, path: readonly PropertyKey[]): boolean {
  if (value === REDACTED) return true;
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, key) && isRedactedAt(Reflect.get(value, key), rest);
}

/** Replaces each secret. */
const HIDDEN = '***';

/** Removes known secret values from texts that are stored, logged or shown. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const texts = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS);
  // JSON escapes quotes and line ends, so it spells such a secret differently.
  const known = [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
  // Longest first: a shorter secret within a longer one would leave the rest of it visible.
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** Forms in which a secret may appear: it may be trimmed, and a service shows `Bearer x` as `x`. */
export function toSecretTexts(value: string): readonly string[] {
  const trimmed = value.trim();
  return [value, trimmed, trimmed.replace(/^\S+\s+/, '')];
}

/** Removes secrets from texts and keys in a value, and replaces numbers that equal one. */
export function redactJson(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') return redact(String(value)) === HIDDEN ? HIDDEN : value;
  if (Array.isArray(value)) return value.map((item) => redactJson(item, redact));
  return isJsonObject(value) ? redactObject(value, redact) : value;
}

/** @see redactJson */
export function redactObject(value: JsonObject, redact: (text: string) => string): JsonObject {
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [redact(key), redactJson(item, redact)]));
}
