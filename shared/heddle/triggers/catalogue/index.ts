export type { Candidate } from './definition.ts';
export { TriggerCatalogue } from './trigger-catalogue.ts';
export type { TriggerIndex } from './trigger-index.ts';
export type { TriggerSnapshot } from './trigger-snapshot.ts';
