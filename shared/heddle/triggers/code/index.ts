export type { TriggerCode } from './code.ts';
export { askFilter } from './code-filter.ts';
export { runTransform } from './code-transform.ts';
