export { advanceRun } from './advance-run.ts';
export { dispatchRun } from './dispatch-run.ts';
export { executeRun } from './execute-run.ts';
export { recoverRun } from './recover-run.ts';
