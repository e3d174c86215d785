export { createRun, createRunOnce, isFirst, isInterrupted, takeRun } from './claim-run.ts';
export { findEventsOfRun } from './events-of-run.ts';
export { leaveToLane } from './leave-to-lane.ts';
export { findItemEvent, toNewRun } from './new-run.ts';
export { findOrderingKeyOfRun } from './ordering-key-of-run.ts';
export { queueRuns, queueRunsAlone } from './queue-runs.ts';
export { sendRunMessage, toRunMessage } from './run-messages.ts';
export { changeRun, insertRun, replaceRun, toKeptRun } from './save-run.ts';
export { takeSeat } from './take-seat.ts';
