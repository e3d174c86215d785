import type { Event } from '../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Trigger } from '../domain/trigger.ts';

/** The key under which every input says what it comes from. No sender can set it. */
export const TRIGGER_EVENT = '_trigger_event';

export function withTriggerEvent(
  input: JsonObject,
  { name }: Pick<Trigger, 'name'>,
  { id, type, source, time }: Event,
): JsonObject {
  const about = { trigger_id: name, event_type: type, event_id: id, source, timestamp: time };
  return { ...input, [TRIGGER_EVENT]: about };
}

/** The input alone, its `events` too where it has those of a run that gathered several. */
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
