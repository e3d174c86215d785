export { dispatchPoll } from './dispatch-poll.ts';
export { runPoller } from './run-poller.ts';
