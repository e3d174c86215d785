export { dispatchPoll } from './dispatch-poll.ts';
