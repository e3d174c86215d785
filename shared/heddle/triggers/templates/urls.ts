import { toText } from './spelling.ts';
import { type Dict, isDict, isList, type List, type Value } from './values.ts';

/** `urllib.parse.quote`: everything but letters, digits and `_.-~/`. */
export function quoteUrl(text: string): string {
  return quotePart(text).replaceAll('%2F', '/');
}

function quotePart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query of an object, or of pairs. */
export function toQuery(value: Dict | List): string {
  const pairs = isDict(value) ? [...value] : Array.from(value, toPair);
  return pairs.map(([key, item]) => `${quoteQuery(key)}=${quoteQuery(item)}`).join('&');
}

function quoteQuery(value: Value): string {
  return quotePart(toText(value)).replaceAll('%20', '+');
}

function toPair(value: Value): readonly [Value, Value] {
  if (isList(value) && value.length === 2) return [value[0], value[1]];
  throw new Error('urlencode takes a text, an object or pairs of a key and a value');
}
