import type { Json } from '../../domain/json.ts';
import type { Mismatch } from './clauses.ts';
import type { CheckWord, Written } from './word-or-name.ts';

/** Values of items that a decision shows. */
const MAX_SHOWN = 20;

/** One item of a list has to meet it. */
export function compileSome({ inner, toMismatch }: Written): CheckWord {
  return (found, event) => {
    if (!Array.isArray(found)) return toMismatch(found);
    const seen: Mismatch[] = [];
    for (const item of found) {
      const mismatch = inner.check(item, event);
      if (!mismatch) return undefined;
      if (seen.length < MAX_SHOWN) seen.push(mismatch);
    }
    return toShared(seen) ?? toMismatch(found);
  };
}

/** Every item of a list has to meet it, as in an empty list every item does. */
export function compileEvery({ inner, toMismatch }: Written): CheckWord {
  return (found, event) => {
    if (!Array.isArray(found)) return toMismatch(found);
    for (const item of found) {
      const mismatch = inner.check(item, event);
      if (mismatch) return mismatch;
    }
    return undefined;
  };
}

/** No item may meet it: what is no list has none. */
export function compileNone({ inner, toMismatch }: Written): CheckWord {
  return (found, event) => {
    if (!Array.isArray(found)) return undefined;
    for (const item of found) if (!inner.check(item, event)) return toMismatch(item);
    return undefined;
  };
}

/** Asks the number of items of a list, or of characters of a text. */
export function compileSize({ inner, toMismatch }: Written): CheckWord {
  return (found, event) => {
    const size = toSize(found);
    return size === undefined ? toMismatch(found) : inner.check(size, event);
  };
}

function toSize(found: Json | undefined): number | undefined {
  if (Array.isArray(found)) return found.length;
  if (typeof found !== 'string') return undefined;
  let count = 0;
  for (const _ of found) count++;
  return count;
}

/** If all items fail at one clause: that clause, with what each of them has there. */
function toShared(seen: readonly Mismatch[]): Mismatch | undefined {
  const [first] = seen;
  if (!first || seen.some(({ path }) => path !== first.path)) return undefined;
  const { path, expected } = first;
  const found = seen.flatMap((one) => (one.found === undefined ? [] : [one.found]));
  return { path, expected, ...(found.length > 0 ? { found } : {}) };
}
