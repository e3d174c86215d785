export { type CheckHead, createHeadCheck } from './check-head.ts';
export { type PressureLimits, QueuePressure } from './queue-pressure.ts';
export { createReceiver, type Receive, type RunningSource } from './receive.ts';
export { receiveQueueMessage } from './receive-queue-message.ts';
export { RefusalLog } from './refusal-log.ts';
