export { withFields } from './log-fields.ts';
export {
  countDuplicate,
  countFires,
  countHeld,
  countIngested,
  countRecorded,
  countRejected,
  countRun,
  countWritten,
  type Outcome,
  recordBegin,
  recordDuration,
} from './metrics.ts';
export { traceAttempt, traceDispatch, traceQueueMessage, traceWebhook } from './traces.ts';
