import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';

/** What makes of an event an input of its own, besides what is the same for all events. */
const PER_EVENT = [
  'transform',
  'passOutputs',
  'outputMapping',
  'inputMapping',
  'variables',
] as const;

/** What a trigger says of its actor's input. */
export type InputRules = Pick<
  Trigger,
  'name' | 'source' | 'defaultInputs' | (typeof PER_EVENT)[number]
>;

/** And of how many events are given at once. */
export type RunRules = InputRules & Pick<Trigger, 'debounce' | 'batch'>;

export function isPerEvent(trigger: InputRules, code: TriggerCode): boolean {
  return code.transform !== undefined || PER_EVENT.some((field) => trigger[field]);
}
