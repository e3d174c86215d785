import type { Event } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerCode } from '../code/index.ts';
import { runTransform } from '../code/index.ts';
import { createRenderer, renderTemplate } from '../templates/index.ts';
import { namesSetting } from '../text-fault.ts';
import type { InputRules } from './input-rules.ts';
import { toEventInput, withTriggerEvent } from './trigger-event.ts';

/**
 * Builds the input of an actor for one event. Later layers override earlier ones, key by key:
 * `defaultInputs`; for the end of another run its output (`passOutputs`) and parts of it
 * (`outputMapping`); values of the event (`inputMapping`), where a missing value leaves its key as
 * it was; the rendered `variables`. Without any of these the input is the event. `_trigger_event`
 * is always added.
 *
 * A `transform`, in code or else as templates, replaces the event for the mapping, the variables
 * and the actor. Outputs are taken from the event as it was received.
 *
 * @throws {TerminalError} `template_invalid`, `path_invalid`, `transform_invalid`; the errors of a
 * transform in code
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
  return renderObject(trigger.transform, toRender(trigger, event), 'transform');
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
  // The path library is loaded by the first trigger that has a path.
  const mapping = inputMapping || outputMapping ? await import('./mapping.ts') : undefined;
  return {
    ...defaultInputs,
    ...(passOutputs && toPassed(event.data.outputs)),
    ...(outputMapping && mapping?.mapOutputs(trigger, event.data.outputs)),
    ...(inputMapping && mapping?.mapEvent(trigger, shown)),
    ...(variables && renderObject(variables, toRender(trigger, shown), 'variables')),
  };
}

/**
 * Passes an output that is not an object as `outputs`. Keys that name an app setting are dropped,
 * since an output may have come from a sender.
 */
function toPassed(outputs: Json = null): JsonObject {
  if (outputs === null) return {};
  if (!isJsonObject(outputs)) return { outputs };
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !namesSetting(key)));
}

/**
 * Renders the key of events that are processed in order; undefined if the trigger has none. Trigger
 * and envelope are not available to the template: it is rendered again later, and must give the
 * same key.
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
 * Renders the key by which a limit groups events. The template sees the event as it was received,
 * whatever `transform` makes of it.
 * @param place position of the template, for the message: `debounce.key`
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

type Fill = (text: string, place: string) => Json;

function toRender(trigger: InputRules, event: Event): Fill {
  const render = createRenderer(trigger, event);
  return trigger.rendersTexts ? render : render.value;
}

function renderObject(value: JsonObject, render: Fill, place: string): JsonObject {
  return renderAll(value, render, place) as JsonObject;
}

function renderAll(value: Json, render: Fill, place: string): Json {
  if (typeof value === 'string') return render(value, place);
  if (Array.isArray(value)) {
    return value.map((item, index) => renderAll(item, render, `${place}.${index}`));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderAll(item, render, `${place}.${key}`)]),
  );
}
