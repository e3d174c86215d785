export { dispatch } from './dispatch.ts';
export { giveUpMessage } from './give-up-message.ts';
export { giveUpHostMessage, type HostMessage, handleHostMessage } from './host-messages.ts';
export { dispatchIsolated } from './isolated-dispatch.ts';
