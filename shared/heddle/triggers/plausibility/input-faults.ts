import type { Trigger } from '../../domain/trigger.ts';
import type { TextFault } from '../text-fault.ts';
import { findInputIssues } from './actor-inputs.ts';
import type { Surroundings } from './surroundings.ts';
import { findPlaceholder, listTexts } from './texts.ts';

/** Inputs of built-in actors and options of pollers that say where to, and not what. */
const ADDRESSES: readonly string[] = ['url', 'headers', 'queue', 'topic'];

/**
 * Finds what can never have worked: an input that a built-in actor needs and nothing gives, and a
 * `${NAME}` in an address, which nothing replaces.
 */
export function findInputFaults(
  trigger: Trigger,
  surroundings: Pick<Surroundings, 'inputs' | 'transformed'>,
): readonly TextFault[] {
  const missing = findInputIssues(trigger, surroundings).filter(({ isCertain }) => isCertain);
  return [
    ...missing.map(({ path, message }) => ({ path, message })),
    ...findPlaceholders(trigger, surroundings),
  ];
}

function findPlaceholders(
  { actor, defaultInputs, variables, poll }: Trigger,
  { inputs }: Pick<Surroundings, 'inputs'>,
): readonly TextFault[] {
  const isSink = Object.hasOwn(inputs, actor) && inputs[actor]?.isSink;
  const texts = [
    ...(isSink ? listTexts(defaultInputs, ['defaultInputs']) : []),
    ...(isSink ? listTexts(variables, ['variables']) : []),
    ...listTexts(poll?.with, ['poll', 'with']),
  ];
  return texts.flatMap(({ path, text }) => {
    const found = findPlaceholder(text);
    const field = path[path[0] === 'poll' ? 2 : 1];
    if (found === undefined || !ADDRESSES.includes(String(field))) return [];
    const message = `${found} is not replaced by a setting, but sent as it stands: ${toFix(String(field))}`;
    return [{ path, message }];
  });
}

function toFix(field: string): string {
  if (field === 'url')
    return 'put the whole URL into an app setting, and name that with urlSetting';
  if (field === 'headers')
    return 'put the value into an app setting, and name that with headerSettings';
  return 'write the name out';
}
