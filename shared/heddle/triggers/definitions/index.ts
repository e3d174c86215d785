export { CODE_LINE, withCodeTriggers } from './code-triggers.ts';
export {
  hasInputs,
  hasPaths,
  hasSchedules,
  hasTemplates,
  hasTriggers,
  loadTriggers,
  readTriggers,
  toFaultText,
} from './load.ts';
export { findPollFaults, readPollerNames, withPollerDefaults } from './poll-checks.ts';
export { readReferences } from './references.ts';
