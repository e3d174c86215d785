export {
  Actor,
  type ActorClass,
  type ActorContext,
  type Actors,
  defineActors,
  type Emit,
  type TriggerContext,
} from './actors/actor.ts';
export { type AppDefinition, defineApp } from './actors/define-app.ts';
export { defineTrigger } from './actors/define-trigger.ts';
export type { HookContext, TriggerHook } from './actors/hooks.ts';
export type { InvokeActor, Invoked } from './actors/invoke-actor.ts';
export {
  defineEvent,
  defineEvents,
  type EmitOptions,
  type Emitted,
  type ModuleEvent,
} from './actors/module-event.ts';
export {
  fire,
  fireEach,
  type PollContext,
  type PolledEvent,
  Poller,
  type PollResult,
  skip,
} from './actors/poller.ts';
export type { Definition } from './actors/registrations.ts';
export { createRuntime, type Runtime } from './actors/runtime.ts';
export {
  defineSubscription,
  type Subscription,
  type SubscriptionDefinition,
} from './actors/subscription.ts';
export type { TriggerDefinition } from './actors/trigger-definition.ts';
export type { EndpointAuth, VerifySignature, WebhookEndpoint } from './actors/webhook-endpoint.ts';
export type { Event } from './domain/event.ts';
export type { Json, JsonObject } from './domain/json.ts';
export { RejectedError, RetryableError, TerminalError } from './errors/errors.ts';
