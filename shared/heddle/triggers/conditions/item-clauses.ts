import type { Event } from '../../domain/event.ts';
import { type FannedOut, toForEach } from '../../domain/for-each.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { type Clause, RANKS } from './clauses.ts';
import type { Compilation } from './compilation.ts';

/** Compiles nothing except for triggers with `forEach`. The path to the list may throw. */
export function compileItems(
  { forEach }: Pick<Trigger, 'forEach'>,
  compilation: Compilation,
): readonly Clause<unknown>[] {
  if (forEach === undefined) return [];
  const { findList } = compilation.tools;
  if (!findList) {
    compilation.missing.add('findList');
    return [];
  }
  const { path } = toForEach(forEach);
  const mismatch = { path: 'forEach', expected: `a list with an item or more at ${path}` };
  return [
    {
      rank: RANKS.expression,
      check(_, event) {
        const found = compilation.at('forEach').run(() => findList(path, event));
        if (Array.isArray(found) && found.length > 0) return undefined;
        return found === undefined ? mismatch : { ...mismatch, found };
      },
    },
  ];
}

export type Count = (event: Event) => FannedOut;

/** Counts the items of an event that matches. */
export function compileCount(
  { name, source, forEach }: Pick<Trigger, 'name' | 'source' | 'forEach'>,
  { tools: { countItems } }: Compilation,
): Count | undefined {
  if (forEach === undefined || !countItems) return undefined;
  return (event) => countItems({ name, source }, toForEach(forEach), event);
}
