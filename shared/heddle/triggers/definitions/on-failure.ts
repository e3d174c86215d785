import { COMPLETION_SOURCE } from '../../domain/completion.ts';
import { type Trigger, TriggerSchema } from '../../domain/trigger.ts';
import { ON_FAILURE_SUFFIX } from '../../domain/trigger-rules.ts';

/**
 * The triggers, and for each with an `onFailure` one more, which runs that actor when a run of the
 * first has failed for good. What it may keep, and for how long, is as with the first.
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

/** Whether a name is kept for what `onFailure` makes. */
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
    // The type as well: of a run that has succeeded no event is made for this one's sake.
    ...{ status: 'failed', eventType: 'failed' },
    actor,
    persistData,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  });
}
