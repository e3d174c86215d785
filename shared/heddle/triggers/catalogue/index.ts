export { type Candidate, TriggerRegistry } from './registry.ts';
