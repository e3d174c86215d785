import type { Trigger } from './trigger.ts';

/** A trigger as it was when runs were made of it. Functions in code are no part of it. */
export interface TriggerVersion {
  /** A digest of the definition. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The trigger's name. */
  readonly trigger: string;
  readonly definition: Trigger;
}
