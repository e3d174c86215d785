export { isInLine, leaveLine, releaseAllSlotsOfRun, releaseSlotsOfRun } from './release-slots.ts';
export { renewSlots } from './renew-slots.ts';
export { acquireSlot, askToEnd, releaseSlot, type Slot } from './slots.ts';
export { findSlotsOfRun, isLimitedInNumber, type Limited } from './slots-of-run.ts';
