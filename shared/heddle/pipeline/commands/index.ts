export { emitRequest } from './emit-request.ts';
export { executeTrigger } from './execute-trigger.ts';
export type { PostRequest } from './post-body.ts';
export { resubmit } from './resubmit.ts';
export { continueReleasing, isLeftBehind, resumeTrigger } from './resume-trigger.ts';
