export { dispatchReplay } from './dispatch-replay.ts';
export { giveUpReplay } from './give-up-replay.ts';
export { type ReplayedEvent, replayEvent } from './replay-event.ts';
export { abortReplay, resumeReplay, startReplay } from './replay-jobs.ts';
export type { Preview } from './replay-query.ts';
export { replayRun } from './replay-run.ts';
