import type { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/**
 * Parses an input where the schema refuses some of its values: each is replaced by the text that its
 * template renders to. A header or a title that is one whole `{{ event.number }}` stays a text
 * where the actor wants one.
 * @returns undefined where the texts do not fit either
 */
export async function parseTexts(
  schema: z.ZodType,
  input: JsonObject,
  texts: JsonObject,
): Promise<{ readonly data: unknown } | undefined> {
  const first = await schema.safeParseAsync(input);
  if (first.success) return first;
  let patched: Json = input;
  for (const { path } of first.error.issues) patched = replaceAt(patched, texts, path);
  const second = await schema.safeParseAsync(patched);
  return second.success ? second : undefined;
}

/** Only texts are taken over: what no template made is the same in both. */
function replaceAt(value: Json, texts: Json, [key, ...rest]: readonly PropertyKey[]): Json {
  if (key === undefined) return typeof texts === 'string' ? texts : value;
  if (Array.isArray(value) && Array.isArray(texts)) {
    return value.map((item, at) => (at === key ? replaceAt(item, texts[at] ?? item, rest) : item));
  }
  if (!isJsonObject(value) || !isJsonObject(texts) || typeof key !== 'string') return value;
  if (!Object.hasOwn(value, key) || !Object.hasOwn(texts, key)) return value;
  return { ...value, [key]: replaceAt(value[key] as Json, texts[key] as Json, rest) };
}
