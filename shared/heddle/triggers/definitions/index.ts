export { CODE_LINE, withCodeTriggers } from './code-triggers.ts';
export {
  hasPaths,
  hasSchedules,
  hasTemplates,
  hasTriggers,
  loadTriggers,
  readTriggers,
  toFaultText,
} from './load.ts';
export {
  findPollDoubts,
  findPollFaults,
  readPollerNames,
  withPollerDefaults,
} from './poll-checks.ts';
export { readReferences } from './references.ts';
