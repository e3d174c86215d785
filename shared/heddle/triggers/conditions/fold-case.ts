import { isJsonObject, type Json } from '../../domain/json.ts';

/**
 * Folds a text by Unicode's full case folding, without a language: `ß`, `ẞ` and `SS` become the same,
 * so do `σ`, `ς` and `Σ`; `İ` equals `i` with a dot above, and `ı` only itself. Each character is folded
 * alone, so parts of a text stay parts of it. Composed and decomposed letters stay different.
 * @see https://www.unicode.org/Public/UCD/latest/ucd/CaseFolding.txt
 */
export function foldCase(text: string): string {
  if (text.includes('ı')) return text.split('ı').map(foldCase).join('ı');
  // To upper case last: unlike the lower case of Σ, it depends on no neighbour.
  return text.toLowerCase().toUpperCase();
}

/** Folds the texts of a value, however deep, and no keys. */
export function foldAll(value: Json): Json {
  if (typeof value === 'string') return foldCase(value);
  if (Array.isArray(value)) return value.map(foldAll);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, foldAll(inner)]));
}
