export { cancelIfThere, cancelRunById, cancelWaiters } from './cancel-run.ts';
export {
  DIED,
  EXHAUSTED,
  type GivenUp,
  isGivenUp,
  keepDeadLetter,
  keepUnreadable,
} from './dead-letters.ts';
export { failOrphan, ORPHAN } from './fail-orphan.ts';
export { finishFoundRun, finishOtherRun, finishRun } from './finish-run.ts';
