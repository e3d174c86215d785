export {
  isInLine,
  leaveLine,
  releaseAllSlotsOfRun,
  releaseSlot,
  releaseSlotsOfRun,
} from './release-slots.ts';
export { renewSlots } from './renew-slots.ts';
export type { Slot } from './slot-state.ts';
export { acquireSlot, askToEnd } from './slots.ts';
export { findSlotsOfRun, isLimitedInNumber, type Limited } from './slots-of-run.ts';
