import { type Event, toEventView } from '../domain/event.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { Trigger } from '../domain/trigger.ts';
import { createRenderer, findTemplateFault, type Render, renderTemplate } from './template.ts';

/**
 * What an actor is given: `defaultInputs` with the rendered `variables` laid over them key by key;
 * the event where a trigger has neither.
 * @throws {TerminalError} `template_invalid`
 */
export function toInput(
  trigger: Pick<Trigger, 'name' | 'source' | 'defaultInputs' | 'variables'>,
  event: Event,
): JsonObject {
  const { defaultInputs, variables } = trigger;
  if (!defaultInputs && !variables) return toEventView(event);
  if (!variables) return { ...defaultInputs };
  const rendered = renderAll(variables, createRenderer(trigger, event), 'variables');
  return { ...defaultInputs, ...(rendered as JsonObject) };
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

/** Every text of a trigger that should be a template and is none. */
export function findTemplateFaults({
  variables = {},
  orderingKey,
}: Pick<Trigger, 'variables' | 'orderingKey'>): readonly TemplateFault[] {
  const faults: TemplateFault[] = [];
  const report = (path: TemplateFault['path'], message: string | undefined) => {
    if (message !== undefined) faults.push({ path, message });
  };
  for (const { path, text } of toTexts(variables, ['variables'])) {
    report(path, findTemplateFault(text) ?? findSettingFault(path, text));
  }
  report(['orderingKey'], findTemplateFault(orderingKey ?? '', ['event', 'fields']));
  return faults;
}

/** Inputs of built-in actors that name an app setting with a secret in it. */
const SETTING_INPUTS: readonly unknown[] = ['headerSettings', 'webhookSetting'];

/** A sender that could choose the setting could choose which secret goes out. */
function findSettingFault([, input]: TemplateFault['path'], text: string): string | undefined {
  if (!SETTING_INPUTS.includes(input) || !/\{[{%]/.test(text)) return undefined;
  return 'the name of an app setting is no template: write it out, or put it under defaultInputs';
}

export interface TemplateFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
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

interface Text {
  readonly path: TemplateFault['path'];
  readonly text: string;
}

function toTexts(value: Json, path: Text['path']): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => toTexts(item, [...path, index]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => toTexts(item, [...path, key]));
}
