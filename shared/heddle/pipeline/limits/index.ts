export { isLeftOutOfWindow, rejoinWindow } from './event-window.ts';
export type { Advancing, Queued, Running } from './gate.ts';
export { isUnlimited } from './gates.ts';
export { findRun, isHeldByPause, isLater, sendHeldRuns, supersede } from './held-runs.ts';
export { giveUpLine, lookAtLine } from './look-at-line.ts';
export { passGates } from './pass-gates.ts';
export { pauseTrigger } from './pause-trigger.ts';
