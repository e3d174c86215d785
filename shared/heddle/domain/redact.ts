import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** Shorter values would take innocent text away with them, and are no secrets worth the name. */
const MIN_SECRET_CHARS = 6;

/** What stands in a secret's place. */
const HIDDEN = '***';

/** Takes known secret values out of texts that are to be kept, logged or shown. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const texts = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS);
  // In JSON, a secret with quotes or line ends in it is another text.
  const known = [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
  // The longest first: a shorter one within it would leave its rest standing.
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** A secret as it may show: whoever sends it trims it, and a service shows `Bearer x` as `x`. */
export function toSecretTexts(value: string): readonly string[] {
  const trimmed = value.trim();
  return [value, trimmed, trimmed.replace(/^\S+\s+/, '')];
}

/** Takes secrets out of the texts and names in a value, and out of numbers that are one. */
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
