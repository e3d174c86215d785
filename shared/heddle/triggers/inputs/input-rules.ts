import type { LostPath } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';

/** Fields that make the input depend on the event. */
const PER_EVENT = [
  'transform',
  'passOutputs',
  'outputMapping',
  'inputMapping',
  'variables',
] as const;

/** Fields of a trigger that define its actor's input. */
export type InputRules = Pick<
  Trigger,
  'name' | 'source' | 'forEach' | 'defaultInputs' | (typeof PER_EVENT)[number]
> & {
  /** Templates give texts, also those that are one whole `{{ … }}`. */
  readonly rendersTexts?: boolean;
};

/** Adds the fields that make a run gather several events. */
export type RunRules = InputRules & Pick<Trigger, 'debounce' | 'batch'>;

export function isPerEvent(trigger: InputRules, code: TriggerCode): boolean {
  return code.transform !== undefined || PER_EVENT.some((field) => trigger[field]);
}

/** A trigger's code, with an observer of the paths of its mappings that lead nowhere. */
export interface InputCode extends TriggerCode {
  readonly onLost?: ((lost: LostPath) => void) | undefined;
}
