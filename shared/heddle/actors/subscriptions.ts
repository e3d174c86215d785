import type { CodeFault } from './code-fault.ts';
import {
  type ResolvedSubscriptions,
  resolveSubscriptions,
  type Subscribable,
  type Subscribed,
} from './resolve-subscriptions.ts';
import type { SubscriptionDefinition } from './subscription.ts';

/** The subscriptions of an app, and the triggers that they are. */
export class Subscriptions {
  readonly #definitions: SubscriptionDefinition[] = [];
  #resolved: ResolvedSubscriptions = { triggers: [], faults: [] };

  add(definition: SubscriptionDefinition): void {
    this.#definitions.push(definition);
  }

  /** Makes a trigger of each, anew with each call. */
  resolve(known: Subscribable): readonly Subscribed[] {
    this.#resolved = resolveSubscriptions(this.#definitions, known);
    return this.#resolved.triggers;
  }

  get faults(): readonly CodeFault[] {
    return this.#resolved.faults;
  }

  /** The trigger or event that a trigger subscribes to, if it is one of a subscription. */
  originOf(trigger: string): string | undefined {
    return this.#resolved.triggers.find(({ name }) => name === trigger)?.of;
  }

  /** Finds those of the given triggers, which have no actor, to which nothing subscribes. */
  findUnused(named: readonly { readonly name: string }[]): readonly CodeFault[] {
    const used = new Set(this.#resolved.triggers.map(({ of }) => of));
    const unused = named.filter(({ name }) => !used.has(name));
    const message = 'it runs nothing: give it an actor, or let one subscribe to it';
    return unused.map(({ name }) => ({ name, message }));
  }
}
