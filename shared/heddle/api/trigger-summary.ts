import type { Trigger } from '../domain/trigger.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import type { TriggerView } from './trigger-view.ts';

/** `disabled` wins over the other statuses: the trigger is switched off in its definition. */
export const TRIGGER_STATUSES = ['active', 'paused', 'error', 'disabled'] as const;
export type TriggerStatus = (typeof TRIGGER_STATUSES)[number];

/** A trigger in a list; the single trigger has its definition and counts too. */
export interface TriggerSummary
  extends Pick<Trigger, 'name' | 'tags' | 'source' | 'actor'>,
    Partial<Pick<Trigger, 'displayName' | 'description' | 'eventType'>> {
  readonly status: TriggerStatus;
  /** The reason for being paused or in error. */
  readonly message?: string;
  /** The fault that the trigger had when it was paused by hand. Pausing does not mend it. */
  readonly fault?: string;
  /** Whether an operator or the breaker paused the trigger. */
  readonly by?: TriggerState['by'];
  /** ISO 8601, UTC: when the status began. Absent where it never changed. */
  readonly since?: string;
}

export function summarize(
  { stateOf }: Pick<TriggerView, 'stateOf'>,
  trigger: Trigger,
): TriggerSummary {
  const { displayName, description, eventType, enabled } = trigger;
  const state = stateOf(trigger.name);
  return {
    name: trigger.name,
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    ...{ tags: trigger.tags, source: trigger.source },
    ...(eventType === undefined ? {} : { eventType }),
    ...{ actor: trigger.actor, status: enabled ? (state?.status ?? 'active') : 'disabled' },
    ...(state ? toReason(state) : {}),
  };
}

function toReason({ message, fault, by, since }: TriggerState) {
  return {
    ...(message === undefined ? {} : { message }),
    ...(fault === undefined ? {} : { fault }),
    ...(by === undefined ? {} : { by }),
    since,
  };
}
