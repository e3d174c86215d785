export { type CheckHead, createHeadCheck } from './check-head.ts';
export { createReceiver, type Receive, type RunningSource } from './receive.ts';
export { receiveQueueMessage } from './receive-queue-message.ts';
