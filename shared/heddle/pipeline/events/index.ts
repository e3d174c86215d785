export {
  checkData,
  createTooLargeError,
  emitEvent,
  MAX_EMITTED_BYTES,
  parse,
} from './emit-event.ts';
export { enqueueEvent, enqueueEvents } from './enqueue-events.ts';
export { type Ordering, toEventMessages } from './event-messages.ts';
export { createOrder } from './ordering-keys.ts';
export { type Recorded, recordEvent } from './record-event.ts';
