import type { MatchTools } from '../../shared/heddle/triggers/conditions/match-tools.ts';
import { compilePattern } from '../../shared/heddle/triggers/conditions/patterns.ts';
import { compileExpression } from '../../shared/heddle/triggers/templates/expressions.ts';

/** All that conditions may need, whether the triggers of a test use it or not. */
export function createMatchTools(code?: MatchTools['code']): MatchTools {
  return { compileExpression, compilePattern, ...(code ? { code } : {}) };
}
