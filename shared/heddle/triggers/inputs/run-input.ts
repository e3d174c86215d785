import type { Event } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { InvariantError } from '../../errors/errors.ts';
import { type InputCode, type InputRules, isPerEvent, type RunRules } from './input-rules.ts';
import { toOwnInput, withTriggerEvent } from './trigger-event.ts';

/**
 * Builds the input of a run. For one event see {@link toInput}; if the trigger defines no inputs,
 * the input is the event.
 *
 * A run that gathers events, even one alone, gets `events`, `count` and the `defaultInputs`.
 * `events` has the input of each event in the order of arrival, or the event itself if the trigger
 * has only `defaultInputs`. `_trigger_event` at the top belongs to the first event, and each item
 * has its own.
 *
 * @throws {TerminalError} `template_invalid`, `path_invalid`, `transform_invalid`
 */
export async function toRunInput(
  trigger: RunRules,
  events: readonly Event[],
  code: InputCode = {},
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

/** Templates and paths are loaded for the first trigger that needs them. */
async function toOneInput(trigger: InputRules, event: Event, code: InputCode): Promise<JsonObject> {
  if (!trigger.defaultInputs && !isPerEvent(trigger, code)) {
    return toOwnInput(trigger, event);
  }
  const { toInput } = await import('./inputs.ts');
  return toInput(trigger, event, code);
}
