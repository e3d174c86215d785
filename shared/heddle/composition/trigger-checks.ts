import type { Pollers } from '../actors/poller.ts';
import type { Registrations } from '../actors/registrations.ts';
import type { ReadYaml } from '../domain/fault.ts';
import type { Trigger } from '../domain/trigger.ts';
import { findSchemaFault } from '../sources/payload-schema.ts';
import {
  findConditionDoubts,
  findConditionFaults,
  type MatchTools,
} from '../triggers/conditions/index.ts';
import {
  findPollDoubts,
  findPollFaults,
  hasInputs,
  hasPaths,
  hasSchedules,
  hasTemplates,
} from '../triggers/definitions/index.ts';
import type { Surroundings } from '../triggers/plausibility/index.ts';
import { listTransformed } from './plausibility.ts';

interface CheckTools {
  readonly tools: MatchTools;
  readonly pollers: Pollers;
  readonly runtime: Registrations | undefined;
  readonly inputs: Surroundings['inputs'];
}

/** Loads the checks of triggers, each library only where a trigger needs it. */
export async function loadTriggerChecks(
  read: ReadYaml,
  { tools, pollers, runtime, inputs }: CheckTools,
) {
  const templates = hasTemplates(read)
    ? await import('../triggers/templates/template-faults.ts')
    : undefined;
  const paths = hasPaths(read) ? await import('../triggers/inputs/mapping.ts') : undefined;
  const schedules = hasSchedules(read)
    ? await import('../triggers/schedules/schedule-faults.ts')
    : undefined;
  const fixed = hasInputs(read)
    ? await import('../triggers/plausibility/input-faults.ts')
    : undefined;
  const around = { inputs, transformed: listTransformed(runtime) };
  return {
    ...{ ...templates, ...paths, ...schedules },
    findInputFaults: (trigger: Trigger) => fixed?.findInputFaults(trigger, around) ?? [],
    findConditionFaults: (trigger: Trigger) => findConditionFaults(trigger, tools),
    findConditionDoubts,
    findSchemaFaults: (trigger: Trigger) => findSchemaFaults(trigger, runtime),
    findPollFaults: (trigger: Trigger) => findPollFaults(trigger, pollers),
    findPollDoubts: (trigger: Trigger) => findPollDoubts(trigger, pollers),
  };
}

/** Skips schemas that code gave as its own, which code checks. */
function findSchemaFaults({ name, schema }: Trigger, runtime: Registrations | undefined) {
  const fault = schema && !runtime?.schemas.has(name) ? findSchemaFault(schema) : undefined;
  return fault === undefined ? [] : [{ path: ['schema'], message: fault }];
}
