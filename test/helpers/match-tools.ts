import { compileExpression } from '../../shared/triggers/expressions.ts';
import type { MatchTools } from '../../shared/triggers/match-tools.ts';
import { compilePattern } from '../../shared/triggers/patterns.ts';

/** Creates all tools that conditions may need, whether the test's triggers use them or not. */
export function createMatchTools(code?: MatchTools['code']): MatchTools {
  return { compileExpression, compilePattern, ...(code ? { code } : {}) };
}
