import { parse } from 'yaml';
import { createIdleActors } from '../../shared/heddle/composition/built-in-actors.ts';
import { listInputs } from '../../shared/heddle/composition/plausibility.ts';
import { TriggerSchema } from '../../shared/heddle/domain/trigger.ts';
import { doubtTrigger } from '../../shared/heddle/triggers/plausibility/find-doubts.ts';
import { RULES } from '../../shared/heddle/triggers/plausibility/rules.ts';
import type { Surroundings } from '../../shared/heddle/triggers/plausibility/surroundings.ts';

const builtIn = await createIdleActors();

/** Sources of every kind under its own name, and the built-in actors. */
export const surroundings: Surroundings = {
  kindOf: (source) => source,
  inputs: listInputs(builtIn, Object.keys(builtIn)),
};

/**
 * What is doubtful in a trigger, which has `name: t`, `source: emit` and `actor: log` where it says
 * nothing else. Each text begins with the place.
 * @param names of the rules that look; absent: all
 */
export function doubtsIn(
  yaml: string,
  around: Partial<Surroundings> = {},
  names?: readonly string[],
): readonly string[] {
  const written = { name: 't', source: 'emit', actor: 'log', ...parse(yaml) };
  const rules = RULES.filter(({ name }) => names?.includes(name) ?? true);
  const trigger = TriggerSchema.parse(written);
  const found = doubtTrigger(trigger, written, { ...surroundings, ...around }, rules);
  return found.map(({ message }) => message);
}
