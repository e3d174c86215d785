import type { Trigger } from '../domain/trigger.ts';
import type { TriggerState } from '../domain/trigger-state.ts';
import type { TriggerView } from './trigger-view.ts';

/** A trigger that is switched off in its definition is `disabled`, whatever else it may be. */
export const TRIGGER_STATUSES = ['active', 'paused', 'error', 'disabled'] as const;
export type TriggerStatus = (typeof TRIGGER_STATUSES)[number];

/** A trigger in a list: ask for it to have its definition and its counts. */
export interface TriggerSummary
  extends Pick<Trigger, 'name' | 'tags' | 'source' | 'actor'>,
    Partial<Pick<Trigger, 'displayName' | 'description' | 'eventType'>> {
  readonly status: TriggerStatus;
  /** Why it is paused or in error. */
  readonly message?: string;
  /** What was wrong with it when it was paused by hand; it is not mended by that. */
  readonly fault?: string;
  /** Who has paused it. */
  readonly by?: TriggerState['by'];
  /** ISO 8601, UTC: when it took its status. Absent where it was never another. */
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
