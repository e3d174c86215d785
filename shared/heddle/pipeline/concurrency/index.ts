export { handOver } from './hand-over.ts';
export { findHead, isInLine, joinLine, leaveLine } from './line.ts';
export {
  releaseAllSlotsOfRun,
  releaseSlot,
  releaseSlotsOfRun,
  toPresentSlot,
} from './release-slots.ts';
export { renewSlots } from './renew-slots.ts';
export { type Slot, toSlotOfRun } from './slot-state.ts';
export { acquireSlot, askToEnd, findFreeAt, keepSlot, toFreeAt } from './slots.ts';
export {
  findSlotsOfRun,
  isLimitedInNumber,
  type Keyed,
  type Limited,
  type SlotsOfRun,
} from './slots-of-run.ts';
