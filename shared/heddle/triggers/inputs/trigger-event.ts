import type { Event } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';

type Named = Pick<Trigger, 'name'>;

/** Key that tells every input which event it comes from. No sender can set it. */
export const TRIGGER_EVENT = '_trigger_event';

export function withTriggerEvent(input: JsonObject, trigger: Named, event: Event): JsonObject {
  return { ...input, [TRIGGER_EVENT]: toTriggerEvent(trigger, event) };
}

/** The input where a trigger says nothing else: the event, or with `forEach` the item. */
export function toOwnInput(trigger: Named & Pick<Trigger, 'forEach'>, event: Event): JsonObject {
  if (trigger.forEach === undefined) return toEventInput(trigger, event);
  const { item = null, index = null } = event.data;
  return withTriggerEvent(isJsonObject(item) ? item : { item, index }, trigger, event);
}

/** The event's view as a plain object, built directly because most inputs are just this. */
export function toEventInput(trigger: Named, event: Event): JsonObject {
  const { fields, data } = event;
  return { fields, ...fields, ...data, [TRIGGER_EVENT]: toTriggerEvent(trigger, event) };
}

function toTriggerEvent({ name }: Named, { id, type, source, time }: Event): JsonObject {
  return { trigger_id: name, event_type: type, event_id: id, source, timestamp: time };
}

/** The input without `_trigger_event`, also within the `events` of a run that gathered several. */
export function withoutTriggerEvent(input: JsonObject): JsonObject {
  const rest = omit(input);
  if (!isJsonObject(rest) || !Array.isArray(rest.events)) return rest as JsonObject;
  return { ...rest, events: rest.events.map(omit) };
}

function omit(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const { [TRIGGER_EVENT]: _about, ...rest } = value;
  return rest;
}
