import { define } from './filter.ts';
import { type Layout, toJsonText } from './spelling.ts';
import { isList, isTrue, type Value } from './values.ts';

/** Characters of an indent, and of separators, count for each item. */
const FACTOR = 20;

export const JSON_FILTERS = {
  tojson: define(
    'indent:width=null, ensure_ascii=false, separators:list=null, sort_keys=false',
    (value, [indent, ascii, separators, sorted], work) => {
      work.readAll(value, indent === null ? 1 : FACTOR);
      return toJsonText(value, {
        ...(indent !== null && { indent: toIndent(indent) }),
        ...(separators !== null && { separators: toSeparators(separators) }),
        ensureAscii: isTrue(ascii),
        sortKeys: isTrue(sorted),
      });
    },
    ([, , separators]) => {
      if (separators === undefined || separators === null) return undefined;
      return isPair(separators) ? undefined : SEPARATORS;
    },
  ),
};

const SEPARATORS = 'the argument "separators" of filter "tojson" must be two texts';

function isPair(value: Value): boolean {
  return isList(value) && value.length === 2 && value.every((one) => typeof one === 'string');
}

function toSeparators(value: Value): NonNullable<Layout['separators']> {
  if (!isPair(value)) throw new Error(SEPARATORS);
  return value as unknown as [string, string];
}

function toIndent(indent: Value): string {
  return typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, Number(indent)));
}
