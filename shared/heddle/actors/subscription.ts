import type { WrittenTrigger } from '../domain/trigger.ts';

/** Fields of the subscribed trigger that a subscription may have otherwise. */
type Own =
  | ('enabled' | 'tags' | 'defaultInputs' | 'inputMapping' | 'variables')
  | ('maxConcurrent' | 'concurrencyKey' | 'allowConcurrent' | 'overlap' | 'cooldownSeconds')
  | ('throttle' | 'limit' | 'releaseOnFailure')
  | ('debounce' | 'batch' | 'dedupe' | 'priority' | 'orderingKey' | 'whilePaused')
  | ('retry' | 'timeout' | 'onFailure' | 'persistData' | 'retentionDays' | 'mode');

/** The triggers and events that an actor runs for. */
export interface Subscription extends Partial<Pick<WrittenTrigger, Own>> {
  /** Names of triggers, in code or in the triggers file, and of events. */
  readonly triggers: readonly string[];
  /** Default: the subscriber's name. */
  readonly actor?: string;
}

/** A subscription, as plain data. */
export interface SubscriptionDefinition {
  readonly form: 'subscription';
  readonly name: string;
  readonly triggers: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Runs an actor for the events of triggers that are defined elsewhere. Each becomes a trigger of its
 * own, named `{subscriber}.{trigger}`, with the other's source, clauses, schema and transform;
 * fields that are given here replace its fields. With `mode: 'manual'`, events are recorded and
 * run nothing: `POST /api/v1/triggers/{subscriber}.{trigger}/execute` runs the actor.
 * @example
 * defineSubscription('payment-flow', {
 *   triggers: ['stripe.payment.succeeded', 'manual.process.payment'],
 *   mode: 'auto',
 * });
 */
export function defineSubscription(
  name: string,
  { triggers, ...fields }: Subscription,
): SubscriptionDefinition {
  return { form: 'subscription', name, triggers, fields: { actor: name, ...fields } };
}
