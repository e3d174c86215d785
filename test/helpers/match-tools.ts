import type { MatchTools } from '../../shared/heddle/triggers/conditions/match-tools.ts';
import { compilePattern } from '../../shared/heddle/triggers/conditions/patterns.ts';
import { countItems, findList } from '../../shared/heddle/triggers/items/items.ts';
import { compileExpression } from '../../shared/heddle/triggers/templates/expressions.ts';

/** Creates all tools that conditions may need, whether the test's triggers use them or not. */
export function createMatchTools(code?: MatchTools['code']): MatchTools {
  return { compileExpression, compilePattern, countItems, findList, ...(code ? { code } : {}) };
}
