import type { Trigger } from './trigger.ts';

/** A trigger as it was when it made runs. Functions in code are not included. */
export interface TriggerVersion {
  /** Digest of the definition. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The trigger's name. */
  readonly trigger: string;
  readonly definition: Trigger;
}
