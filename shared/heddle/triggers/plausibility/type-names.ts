import { getOrCreate } from '../lru-cache.ts';
import type { Vocabulary } from './vocabulary/vocabulary.ts';

/** Triggers name the same types again and again. */
const MAX_CACHED = 1000;
const cache = new Map<Vocabulary, Map<string, readonly string[]>>();

/** The known types that a trigger's type matches. */
export function listMatching(vocabulary: Vocabulary, pattern: string): readonly string[] {
  const known = cache.get(vocabulary) ?? new Map<string, readonly string[]>();
  cache.set(vocabulary, known);
  return getOrCreate(known, pattern, MAX_CACHED, () =>
    vocabulary.types.filter((type) => matchesType(pattern, type)),
  );
}

/** Whether a trigger's type matches a type of events: that type, one below it, or by `*`. */
export function matchesType(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type || type.startsWith(`${pattern}.`)) return true;
  return pattern.includes('*') && toGlob(pattern).test(type);
}

function toGlob(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
