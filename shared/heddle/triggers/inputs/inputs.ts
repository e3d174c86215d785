import type { Event } from '../../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { runTransform } from '../code/index.ts';
import { isEmptyKey } from '../empty-key.ts';
import { renderTemplate } from '../templates/index.ts';
import { namesSetting } from '../text-fault.ts';
import type { InputCode, InputRules } from './input-rules.ts';
import { toLostPaths } from './lost-paths.ts';
import { createOwnRenderer } from './own-renderer.ts';
import { toOwnInput, withTriggerEvent } from './trigger-event.ts';

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
  code: InputCode = {},
): Promise<JsonObject> {
  const transformed = transform(trigger, event, code);
  if (hasLayers(trigger)) {
    const shown = transformed ? { ...event, data: transformed, fields: {} } : event;
    const input = await layInput(trigger, { event, shown }, code.onLost);
    return withTriggerEvent(input, trigger, event);
  }
  if (!transformed) return toOwnInput(trigger, event);
  return withTriggerEvent(transformed, trigger, event);
}

function transform(trigger: InputRules, event: Event, code: InputCode): JsonObject | undefined {
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
  { event, shown }: { readonly event: Event; readonly shown: Event },
  onLost: InputCode['onLost'],
): Promise<JsonObject> {
  const { defaultInputs, passOutputs, outputMapping, inputMapping, variables } = trigger;
  // The path library is loaded by the first trigger that has a path.
  const mapping = inputMapping || outputMapping ? await import('./mapping.ts') : undefined;
  const ofOutputs = outputMapping && mapping?.mapOutputs(trigger, event.data.outputs);
  const ofEvent = inputMapping && mapping?.mapEvent(trigger, shown);
  const layers = {
    defaultInputs,
    passOutputs: passOutputs ? toPassed(event.data.outputs) : undefined,
    outputMapping: ofOutputs?.found,
    inputMapping: ofEvent?.found,
    variables: variables && renderObject(variables, toRender(trigger, shown, event), 'variables'),
  };
  if (onLost) {
    const lost = { outputMapping: ofOutputs?.lost, inputMapping: ofEvent?.lost };
    toLostPaths(trigger, layers, lost).forEach(onLost);
  }
  return {
    ...layers.defaultInputs,
    ...layers.passOutputs,
    ...layers.outputMapping,
    ...layers.inputMapping,
    ...layers.variables,
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
 * Renders the key of events that are processed in order; undefined if the trigger, or the event, has
 * none. Trigger and envelope are not available to the template: it is rendered again later, and must give the
 * same key.
 * @throws {TerminalError} `template_invalid`
 */
export function toOrderingKey(
  { name, orderingKey }: Pick<Trigger, 'name' | 'orderingKey'>,
  event: Pick<Event, 'data' | 'fields'>,
): string | undefined {
  if (orderingKey === undefined) return undefined;
  const key = renderTemplate(orderingKey, event, `orderingKey of trigger "${name}"`);
  return isEmptyKey(orderingKey, key) ? undefined : key;
}

type Fill = (text: string, place: string) => Json;

function toRender(trigger: InputRules, shown: Event, event = shown): Fill {
  const render = createOwnRenderer(trigger, shown, event);
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
