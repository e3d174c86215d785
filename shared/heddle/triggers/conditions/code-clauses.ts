import type { Trigger } from '../../domain/trigger.ts';
import { askFilter } from '../code/index.ts';
import { type Clause, type Mismatch, RANKS } from './clauses.ts';
import type { MatchTools } from './match-tools.ts';

const REFUSED: Mismatch = { path: 'code.filter', expected: true, found: false };

/** Compiles the functions of a trigger: its schema comes before its filter. */
export function compileCode(
  { name, persistData }: Trigger,
  { code }: MatchTools,
): readonly Clause<unknown>[] {
  const { filter, findMisfits } = code?.get(name) ?? {};
  const bySchema: Clause<unknown>['check'] = (_, { data }) => toMisfit(findMisfits?.(data));
  const byFilter: Clause<unknown>['check'] = (_, event) =>
    !filter || askFilter(filter, event, persistData) ? undefined : REFUSED;
  return [
    ...(findMisfits ? [{ rank: RANKS.expression, check: bySchema }] : []),
    ...(filter ? [{ rank: RANKS.expression, check: byFilter }] : []),
  ];
}

/** Names places in the payload, and no value of it. */
function toMisfit(places: readonly string[] = []): Mismatch | undefined {
  if (places.length === 0) return undefined;
  return { path: 'schema', expected: `a payload that fits at: ${places.join(', ')}` };
}
