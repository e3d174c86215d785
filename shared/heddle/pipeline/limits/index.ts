export { type Advancing, beginWithSlots, type Queued, type Running } from './begin-run.ts';
export { isLeftOutOfWindow, rejoinWindow } from './event-window.ts';
export { findRun, isHeldByPause, isLater, sendHeldRuns, supersede } from './held-runs.ts';
export { pauseTrigger } from './pause-trigger.ts';
export { isUnlimited, screen } from './screen.ts';
