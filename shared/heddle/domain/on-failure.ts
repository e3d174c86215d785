import { COMPLETION_SOURCE } from './completion.ts';
import { MAX_GATHERED } from './limits.ts';
import { toFailureActor } from './on-failure-schema.ts';
import { type Trigger, TriggerSchema } from './trigger.ts';
import { ON_FAILURE_SUFFIX } from './trigger-rules.ts';

/**
 * Adds a trigger for each `onFailure`, which runs that actor when a run of the original trigger has
 * failed for good. It has the same `persistData` and `retentionDays`, and no `onFailure` of its own. With
 * `group` it gathers failures, unless no payload may be kept: a window needs those of its events.
 */
export function expandTriggers(triggers: readonly Trigger[]): readonly Trigger[] {
  return triggers.flatMap((trigger) => {
    const onFailure = toFailureActor(trigger.onFailure);
    return onFailure === undefined ? [trigger] : [trigger, toFailureTrigger(trigger, onFailure)];
  });
}

/** Failures of one kind: of the same trigger, with the same error code. */
const BATCH = { size: MAX_GATHERED, key: '{{ event.error.code }}' };

export function toFailureName(name: string): string {
  return `${name}${ON_FAILURE_SUFFIX}`;
}

/** Whether a name is reserved for triggers that `onFailure` makes. */
export function isFailureName(name: string): boolean {
  return name.endsWith(ON_FAILURE_SUFFIX);
}

function toFailureTrigger(
  { name, tags, persistData, retentionDays }: Trigger,
  { actor, group }: NonNullable<ReturnType<typeof toFailureActor>>,
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
    ...(group && persistData ? { batch: { ...BATCH, wait: `${group.window}ms` } } : {}),
    ...(retentionDays === undefined ? {} : { retentionDays }),
  });
}
