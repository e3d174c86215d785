import type { Json } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { namesSetting, type TextFault } from '../text-fault.ts';
import { findTemplateFault, type Root } from './template.ts';

type InputTexts = Pick<Trigger, 'transform' | 'variables'>;
type KeyTexts = Pick<
  Trigger,
  | ('orderingKey' | 'concurrencyKey' | 'priority' | 'debounce' | 'batch' | 'dedupe')
  | ('throttle' | 'limit' | 'forEach')
>;

/** Finds every template of a trigger that is invalid. For paths see `findPathFaults`. */
export function findTemplateFaults(trigger: InputTexts & KeyTexts): readonly TextFault[] {
  const { transform = {}, variables = {} } = trigger;
  const inputs = [...toTexts(transform, ['transform']), ...toTexts(variables, ['variables'])];
  return [...inputs, ...toKeys(trigger)].flatMap(({ path, text, roots }) => {
    const known = roots ?? (trigger.forEach === undefined ? ROOTS : ITEM_ROOTS);
    const message = findTemplateFault(text, known) ?? findSettingFault(path, text);
    return message === undefined ? [] : [{ path, message }];
  });
}

const ROOTS: readonly Root[] = ['event', 'fields', 'trigger'];
const ITEM_ROOTS: readonly Root[] = [...ROOTS, 'item', 'index'];

interface Text {
  readonly path: TextFault['path'];
  readonly text: string;
  /** Names that it may use, if fewer than usual. */
  readonly roots?: readonly Root[];
}

function toTexts(value: Json, path: Text['path']): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) =>
    toTexts(item, [...path, isList ? Number(key) : key]),
  );
}

function toKeys(trigger: KeyTexts): readonly Text[] {
  const { orderingKey, concurrencyKey, priority, debounce, batch, dedupe } = trigger;
  const { throttle, limit, forEach } = trigger;
  const keys: readonly (readonly [Text['path'], unknown, roots?: readonly Root[]])[] = [
    [['orderingKey'], orderingKey, ['event', 'fields']],
    [['concurrencyKey'], concurrencyKey],
    [['priority'], priority],
    [['debounce', 'key'], debounce?.key],
    [['batch', 'key'], batch?.key],
    [['dedupe', 'key'], dedupe?.key],
    [['throttle', 'key'], throttle?.key],
    [['limit', 'key'], typeof limit === 'object' ? limit.key : undefined],
    [['forEach', 'key'], typeof forEach === 'object' ? forEach.key : undefined],
  ];
  return keys.flatMap(([path, text, roots]) =>
    typeof text === 'string' ? [{ path, text, ...(roots && { roots }) }] : [],
  );
}

function findSettingFault([field, input]: Text['path'], text: string): string | undefined {
  const isInput = field === 'variables' || field === 'transform';
  if (!isInput || !namesSetting(input) || !/\{[{%]/.test(text)) return undefined;
  return 'the name of an app setting is no template: write it out, or put it under defaultInputs';
}
