export { dispatchPoll } from './dispatch-poll.ts';
export { giveUpPoll } from './give-up-poll.ts';
export { runPoller } from './run-poller.ts';
