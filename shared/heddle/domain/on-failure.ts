import { COMPLETION_SOURCE } from './completion.ts';
import { type Trigger, TriggerSchema } from './trigger.ts';
import { ON_FAILURE_SUFFIX } from './trigger-rules.ts';

/**
 * Adds a trigger for each `onFailure`, which runs that actor when a run of the original trigger has
 * failed for good. It has the same `persistData` and `retentionDays`.
 */
export function expandTriggers(triggers: readonly Trigger[]): readonly Trigger[] {
  return triggers.flatMap((trigger) => {
    const { onFailure } = trigger;
    return onFailure === undefined ? [trigger] : [trigger, toFailureTrigger(trigger, onFailure)];
  });
}

export function toFailureName(name: string): string {
  return `${name}${ON_FAILURE_SUFFIX}`;
}

/** Whether a name is reserved for triggers that `onFailure` makes. */
export function isFailureName(name: string): boolean {
  return name.endsWith(ON_FAILURE_SUFFIX);
}

function toFailureTrigger(
  { name, tags, persistData, retentionDays }: Trigger,
  actor: string,
): Trigger {
  return TriggerSchema.parse({
    name: toFailureName(name),
    tags,
    source: COMPLETION_SOURCE,
    sourceTrigger: name,
    // With the type too, no event is made for this trigger's sake when a run succeeds.
    ...{ status: 'failed', eventType: 'failed' },
    actor,
    persistData,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  });
}
