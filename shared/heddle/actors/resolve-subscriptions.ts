import { EMIT_SOURCE, MANUAL_SOURCE } from '../domain/built-in-sources.ts';
import { findNearest } from '../domain/did-you-mean.ts';
import type { SubscriptionDefinition } from './subscription.ts';
import type { WrittenInCode } from './trigger-definition.ts';

/** The trigger of one subscription. */
export interface Subscribed {
  readonly name: string;
  /** Name of the trigger or event that it subscribes to. */
  readonly of: string;
  readonly written: WrittenInCode;
}

export interface ResolvedSubscriptions {
  readonly triggers: readonly Subscribed[];
  readonly faults: readonly { readonly name: string; readonly message: string }[];
}

/** Names that subscriptions may have. */
export interface Subscribable {
  /** Triggers of the file and of code, as written, whatever their faults. */
  readonly written: readonly unknown[];
  readonly events: ReadonlySet<string>;
  /** Names of triggers in code that are not used because of their faults. */
  readonly faulty: ReadonlySet<string>;
}

type Written = Readonly<Record<string, unknown>> & { readonly name: string };

/** Makes a trigger of each subscription. */
export function resolveSubscriptions(
  subscriptions: readonly SubscriptionDefinition[],
  known: Subscribable,
): ResolvedSubscriptions {
  const byName = new Map(known.written.filter(isNamed).map((one) => [one.name, one]));
  const triggers: Subscribed[] = [];
  const faults: { name: string; message: string }[] = [];
  for (const subscription of subscriptions) {
    const { name } = subscription;
    if (subscription.triggers.length === 0) {
      faults.push({ name, message: 'triggers: expected the name of at least one trigger' });
    }
    for (const of of subscription.triggers) {
      const origin = byName.get(of) ?? (known.events.has(of) ? toEvent(of) : undefined);
      if (origin) triggers.push(toSubscribed(subscription, of, origin));
      else if (!known.faulty.has(of))
        faults.push({ name, message: toUnknown(of, [...byName.keys(), ...known.events]) });
    }
  }
  return { triggers, faults };
}

function isNamed(written: unknown): written is Written {
  return typeof (written as Partial<Written> | null)?.name === 'string';
}

function toEvent(eventType: string): Written {
  return { name: eventType, source: EMIT_SOURCE, eventType };
}

function toSubscribed(
  { name: subscriber, fields }: SubscriptionDefinition,
  of: string,
  { actor: _actor, onFailure: _ofItsRuns, ...rest }: Written,
): Subscribed {
  const name = `${subscriber}.${of}`;
  // Executing the other makes an event of its type.
  const type = rest.source === MANUAL_SOURCE ? { eventType: rest.eventType ?? of } : {};
  return { name, of, written: { ...rest, ...type, ...fields, name } };
}

function toUnknown(name: string, known: readonly string[]): string {
  const nearest = findNearest(name, known);
  const hint =
    nearest === undefined ? 'define it, or correct the name' : `did you mean ${nearest}?`;
  return `triggers: there is no trigger or event "${name}": ${hint}`;
}
