export { advanceRun } from './advance-run.ts';
export { dispatchRun } from './dispatch-run.ts';
export { executeRun } from './execute-run.ts';
export { giveUpRun, giveUpRunMessage } from './give-up-run.ts';
export { recoverRun } from './recover-run.ts';
