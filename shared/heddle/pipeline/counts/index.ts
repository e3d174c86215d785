export { SourceLog } from './source-log.ts';
export { TriggerLog } from './trigger-log.ts';
