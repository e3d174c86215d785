export { type InputCode, isPerEvent, type RunRules } from './input-rules.ts';
export type { findPathFaults } from './mapping.ts';
export { toRunInput } from './run-input.ts';
export { TRIGGER_EVENT, toEventInput, withoutTriggerEvent } from './trigger-event.ts';
