export { logDuplicate, logIngested, logRecorded } from './log-events.ts';
export { withFields } from './log-fields.ts';
export { logEnded, noteHeld } from './log-runs.ts';
export {
  countDuplicate,
  countFires,
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
