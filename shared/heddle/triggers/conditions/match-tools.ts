import { isJsonObject } from '../../domain/json.ts';
import type { TriggerCode } from '../code/index.ts';
import type { countItems, findList } from '../items/index.ts';
import type { compileExpression } from '../templates/index.ts';
import type { compilePattern } from './patterns.ts';

/**
 * Compilers of conditions that take long to load: only those that the triggers use are present.
 * {@link loadMatchTools} loads them.
 */
export interface MatchTools {
  readonly compilePattern?: typeof compilePattern;
  readonly compileExpression?: typeof compileExpression;
  readonly findList?: typeof findList;
  readonly countItems?: typeof countItems;
  /** Triggers' functions in code, by trigger name. */
  readonly code?: ReadonlyMap<string, TriggerCode>;
}

/** Loads the regular expressions, the Jinja interpreter and the paths, each only if a trigger uses it. */
export async function loadMatchTools(
  triggers: readonly unknown[],
  code?: MatchTools['code'],
): Promise<MatchTools> {
  const needs = findNeeds(triggers);
  return {
    ...(needs.has('patterns') ? await import('./patterns.ts') : {}),
    ...(needs.has('expressions') ? await import('../templates/expressions.ts') : {}),
    ...(needs.has('items') ? await import('../items/items.ts') : {}),
    ...(code ? { code } : {}),
  };
}

type Need = 'patterns' | 'expressions' | 'items';

/** Deeper conditions are refused anyway, and YAML aliases can form cycles. */
const MAX_DEPTH = 100;

/** Reads triggers as written, whatever their faults. May find more needs than there are. */
function findNeeds(triggers: readonly unknown[]): ReadonlySet<Need> {
  const needs = new Set<Need>();
  for (const trigger of triggers) {
    if (!isJsonObject(trigger)) continue;
    if (trigger.forEach !== undefined) needs.add('items');
    if (typeof trigger.filter === 'string') needs.add('expressions');
    for (const part of [trigger.conditions, trigger.filter]) addNeeds(part, needs, MAX_DEPTH);
  }
  return needs;
}

function addNeeds(value: unknown, needs: Set<Need>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'string') addNeeds(inner, needs, depth - 1);
    else if (key === 'expression') needs.add('expressions');
    else if (key === 'pattern' || key.endsWith('_pattern')) needs.add('patterns');
  }
}
