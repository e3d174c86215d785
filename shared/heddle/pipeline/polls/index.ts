export { dispatchPoll } from './dispatch-poll.ts';
export { giveUpPoll } from './give-up-poll.ts';
