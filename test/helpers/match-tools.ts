import { compileExpression } from '../../shared/triggers/expressions.ts';
import type { MatchTools } from '../../shared/triggers/match-tools.ts';
import { compilePattern } from '../../shared/triggers/patterns.ts';

/** All that conditions may need, whether the triggers of a test use it or not. */
export function createMatchTools(code?: MatchTools['code']): MatchTools {
  return { compileExpression, compilePattern, ...(code ? { code } : {}) };
}
