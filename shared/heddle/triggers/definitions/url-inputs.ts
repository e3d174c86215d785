import { type FieldFault, toFieldFault } from '../../domain/field-faults.ts';
import { isJsonObject } from '../../domain/json.ts';

/** Inputs of the built-in actors that each say where a message goes. */
const URL_INPUTS: Readonly<Record<string, readonly string[]>> = {
  http: ['url', 'urlSetting'],
  'slack-message': ['url', 'urlSetting', 'webhookSetting'],
};

/** Inputs of a trigger that no event changes, by the field that has them. */
const FIXED = ['defaultInputs', 'variables'] as const;

/**
 * Finds a fixed URL beside the setting that holds one: every run would fail.
 * @param sinks the built-in actors that send: an app may have one of its own under such a name
 */
export function findUrlFaults(item: unknown, sinks: readonly string[]): readonly FieldFault[] {
  if (!isJsonObject(item) || typeof item.actor !== 'string') return [];
  if (!sinks.includes(item.actor)) return [];
  const names = URL_INPUTS[item.actor] ?? [];
  const fixed = FIXED.flatMap((field) => {
    const inputs = item[field];
    if (!isJsonObject(inputs)) return [];
    return names.filter((name) => isFixed(inputs[name])).map((name) => ({ field, name }));
  });
  const [first, second] = fixed.filter(
    ({ name }, index) => fixed.findIndex((other) => other.name === name) === index,
  );
  if (!first || !second) return [];
  const message = `${first.name} and ${second.name} both say where it goes: leave one out`;
  return [toFieldFault([second.field, second.name], message)];
}

function isFixed(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !/\{[{%]/.test(value);
}
