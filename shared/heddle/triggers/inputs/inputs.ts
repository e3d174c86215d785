import type { Event } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';
import { runTransform } from '../code/index.ts';
import { createRenderer, type Render, renderTemplate } from '../templates/index.ts';
import { namesSetting } from '../text-fault.ts';
import type { InputRules } from './input-rules.ts';
import { toEventInput, withTriggerEvent } from './trigger-event.ts';

/**
 * What an actor is given of one event. Laid over each other, key by key: `defaultInputs`; of the end
 * of another run its output (`passOutputs`) and parts of that (`outputMapping`); values of the event
 * (`inputMapping`), of which a missing one leaves its key as it was; the rendered `variables`. The
 * event where a trigger has none of these; and in any case `_trigger_event`.
 *
 * A `transform`, in code or else as templates, stands in the event's place for the mapping, the
 * variables and the actor. Outputs are taken of the event as it came.
 *
 * @throws {TerminalError} `template_invalid`, `path_invalid`, `transform_invalid`; what a transform
 * in code throws
 */
export async function toInput(
  trigger: InputRules,
  event: Event,
  code: TriggerCode = {},
): Promise<JsonObject> {
  const transformed = transform(trigger, event, code);
  if (hasLayers(trigger)) {
    return withTriggerEvent(await layInput(trigger, event, transformed), trigger, event);
  }
  if (!transformed) return toEventInput(trigger, event);
  return withTriggerEvent(transformed, trigger, event);
}

function transform(trigger: InputRules, event: Event, code: TriggerCode): JsonObject | undefined {
  if (code.transform) return runTransform(trigger, code.transform, event);
  if (!trigger.transform) return undefined;
  return renderObject(trigger.transform, createRenderer(trigger, event), 'transform');
}

const LAYERS = [
  'defaultInputs',
  'passOutputs',
  'outputMapping',
  'inputMapping',
  'variables',
] as const;

function hasLayers(trigger: InputRules): boolean {
  return LAYERS.some((field) => trigger[field]);
}

async function layInput(
  trigger: InputRules,
  event: Event,
  transformed: JsonObject | undefined,
): Promise<JsonObject> {
  const { defaultInputs, passOutputs, outputMapping, inputMapping, variables } = trigger;
  const shown = transformed ? { ...event, data: transformed, fields: {} } : event;
  // The library of paths is loaded by the first trigger that has one.
  const mapping = inputMapping || outputMapping ? await import('./mapping.ts') : undefined;
  return {
    ...defaultInputs,
    ...(passOutputs && toPassed(event.data.outputs)),
    ...(outputMapping && mapping?.mapOutputs(trigger, event.data.outputs)),
    ...(inputMapping && mapping?.mapEvent(trigger, shown)),
    ...(variables && renderObject(variables, createRenderer(trigger, shown), 'variables')),
  };
}

/**
 * An output that is no object is passed as `outputs`. What names an app setting is left out: an
 * output may have come from a sender.
 */
function toPassed(outputs: Json = null): JsonObject {
  if (outputs === null) return {};
  if (!isJsonObject(outputs)) return { outputs };
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !namesSetting(key)));
}

/**
 * The text that events of one order share; undefined where the trigger asks for none. The trigger
 * and what Heddle adds to an event are not in it: it is rendered again and must come out the same.
 * @throws {TerminalError} `template_invalid`
 */
export function toOrderingKey(
  { name, orderingKey }: Pick<Trigger, 'name' | 'orderingKey'>,
  event: Pick<Event, 'data' | 'fields'>,
): string | undefined {
  if (orderingKey === undefined) return undefined;
  return renderTemplate(orderingKey, event, `orderingKey of trigger "${name}"`);
}

/**
 * The text by which a limit tells events apart. It sees the event as it came, whatever `transform`
 * makes of it.
 * @param place where the template stands, for the message: `debounce.key`
 * @throws {TerminalError} `template_invalid`
 */
export function renderKey(
  trigger: Pick<Trigger, 'name' | 'source'>,
  template: string,
  event: Event,
  place: string,
): string {
  return createRenderer(trigger, event)(template, place);
}

function renderObject(value: JsonObject, render: Render, place: string): JsonObject {
  return renderAll(value, render, place) as JsonObject;
}

function renderAll(value: Json, render: Render, place: string): Json {
  if (typeof value === 'string') return render(value, place);
  if (Array.isArray(value)) {
    return value.map((item, index) => renderAll(item, render, `${place}.${index}`));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderAll(item, render, `${place}.${key}`)]),
  );
}
