import type { z } from 'zod';
import type { Event } from '../domain/event.ts';
import type { TriggerCode } from '../triggers/code/index.ts';
import { toEventInput } from '../triggers/inputs/index.ts';
import { defineTrigger } from './define-trigger.ts';
import type { HookContext, TriggerHook } from './hooks.ts';
import type { ModuleEvent, ModuleEvents } from './module-event.ts';
import type { PollerClass } from './poller.ts';
import { Registrations } from './registrations.ts';
import type { NoEvents, Runtime } from './runtime.ts';
import { defineSubscription, type Subscription } from './subscription.ts';
import type { TriggerDefinition } from './trigger-definition.ts';

/**
 * Creates a runtime, with which code registers its parts one by one. `defineApp` takes it beside, or in
 * place of, the parts that it lists.
 * @param options events that can then be emitted by name: see {@link defineEvents}
 * @example
 * export const runtime = createRuntime({ events });
 * runtime.registerTrigger('github-prs', { source: 'github', actor: 'pr-reviewer' });
 * export default defineApp({ runtime });
 */
export function createRuntime<const Events extends ModuleEvents = NoEvents>(options?: {
  readonly events: Events;
}): Runtime<Events> {
  return createRuntimeOn(new Registrations(), options?.events);
}

/** Creates a runtime that registers with what is there already. */
export function createRuntimeOn<const Events extends ModuleEvents = NoEvents>(
  registrations: Registrations,
  given?: Events,
): Runtime<Events> {
  const events = Object.entries(given ?? {}).map(
    ([name, definition]) => [name, registrations.addEvent({ ...definition, name })] as const,
  );
  const runtime = {
    events: Object.fromEntries(events),
    registrations,
    registerTrigger(...given: Parameters<typeof defineTrigger>) {
      const definition: TriggerDefinition | ModuleEvent<z.ZodType> = defineTrigger(...given);
      if (!('form' in definition)) return registrations.addEvent(definition);
      return registrations.add(definition);
    },
    subscribe: (name: string, subscription: Subscription) =>
      registrations.add(defineSubscription(name, subscription)),
    registerPoller: (poller: PollerClass) => registrations.addPoller(poller),
    extendTrigger: (name: string, code: TriggerCode) => registrations.extend(name, code),
    onTrigger: (name: string, hook: TriggerHook) => registrations.addHook(name, hook),
    invokeActor: (actor: string, event: Event, { invokeActor, triggerContext }: HookContext) =>
      invokeActor(actor, toEventInput({ name: triggerContext.triggerName }, event)),
    emitTrigger: registrations.emit,
  };
  // The overloads are more precise than one function's type can be.
  return runtime as unknown as Runtime<Events>;
}
