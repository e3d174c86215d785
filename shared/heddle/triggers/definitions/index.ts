export { CODE_LINE, withCodeTriggers } from './code-triggers.ts';
export { DefaultsSchema } from './file-defaults.ts';
export {
  hasInputs,
  hasPaths,
  hasSchedules,
  hasTemplates,
  hasTriggers,
  loadTriggers,
  readTriggers,
  toFaultText,
  withoutHolders,
} from './load.ts';
export { mergeFiles, type ReadFile, toOwnLine } from './merge-files.ts';
export {
  findPollDoubts,
  findPollFaults,
  readPollerNames,
  withPollerDefaults,
} from './poll-checks.ts';
export { readReferences } from './references.ts';
