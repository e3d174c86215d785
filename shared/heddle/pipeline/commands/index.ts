export { type Execution, executeTrigger } from './execute-trigger.ts';
export { resubmit } from './resubmit.ts';
export { continueReleasing, isLeftBehind, resumeTrigger } from './resume-trigger.ts';
