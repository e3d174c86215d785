export { CODE_LINE, withCodeTriggers } from './code-triggers.ts';
export { DefaultsSchema } from './file-defaults.ts';
export {
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
