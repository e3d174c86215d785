import type { Event } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { InvariantError } from '../../errors/errors.ts';
import type { TriggerCode } from '../code/index.ts';
import { type InputRules, isPerEvent, type RunRules } from './input-rules.ts';
import { toEventInput, withTriggerEvent } from './trigger-event.ts';

/**
 * What a run is given. Of one event, see {@link toInput}; a trigger that says nothing of inputs is
 * given the event.
 *
 * A run that gathers events, be it of one only, is given `events` (what each would be given alone,
 * in the order of their coming; where nothing but `defaultInputs` is said, the event itself), `count`
 * and the `defaultInputs` beside them. `_trigger_event` is of the first at the top, and of each in
 * its place.
 *
 * @throws {TerminalError} `template_invalid`, `path_invalid`, `transform_invalid`
 */
export async function toRunInput(
  trigger: RunRules,
  events: readonly Event[],
  code: TriggerCode = {},
): Promise<JsonObject> {
  const [first] = events;
  if (!first) throw new InvariantError(`a run of trigger "${trigger.name}" has no event`);
  const gathers = trigger.debounce !== undefined || trigger.batch !== undefined;
  if (!gathers && events.length === 1) return toOneInput(trigger, first, code);
  const { defaultInputs, ...rules } = trigger;
  const items: JsonObject[] = [];
  for (const event of events) {
    items.push(await toOneInput(isPerEvent(trigger, code) ? trigger : rules, event, code));
  }
  return withTriggerEvent({ ...defaultInputs, events: items, count: items.length }, trigger, first);
}

/** Templates and paths are loaded by the first trigger that needs them. */
async function toOneInput(
  trigger: InputRules,
  event: Event,
  code: TriggerCode,
): Promise<JsonObject> {
  if (!trigger.defaultInputs && !isPerEvent(trigger, code)) {
    return toEventInput(trigger, event);
  }
  const { toInput } = await import('./inputs.ts');
  return toInput(trigger, event, code);
}
