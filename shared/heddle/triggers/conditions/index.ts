export type { Mismatch } from './clauses.ts';
export type { ConditionFault } from './compilation.ts';
export { toInstant } from './instants.ts';
export { toExecuted } from './manual-mode.ts';
export { loadMatchTools, type MatchTools } from './match-tools.ts';
export { createTest, findOperator, OPERATOR_NAMES } from './operators.ts';
export {
  compileTrigger,
  findConditionDoubts,
  findConditionFaults,
  type TriggerMatcher,
} from './trigger-matcher.ts';
export { isTests } from './value-tests.ts';
export { WORD_NAMES } from './words.ts';
