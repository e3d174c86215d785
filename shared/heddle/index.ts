export {
  Actor,
  type ActorClass,
  type ActorContext,
  type Actors,
  defineActors,
  type Emit,
  type TriggerContext,
} from './actors/actor.ts';
export { createRuntime } from './actors/create-runtime.ts';
export { defineTrigger } from './actors/define-trigger.ts';
export { exactInteger } from './actors/exact-integer.ts';
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
export type { Runtime } from './actors/runtime.ts';
export {
  defineSubscription,
  type Subscription,
  type SubscriptionDefinition,
} from './actors/subscription.ts';
export type { TriggerDefinition } from './actors/trigger-definition.ts';
export type { EndpointAuth, VerifySignature, WebhookEndpoint } from './actors/webhook-endpoint.ts';
export { type AppDefinition, defineApp, type NamedTrigger } from './composition/define-app.ts';
export type { CodeEvent as Event } from './domain/code-event.ts';
export type { Json, JsonObject } from './domain/json.ts';
export type { Secret } from './domain/secret.ts';
export { RejectedError, RetryableError, TerminalError } from './errors/errors.ts';
export { parseForm, parseJsonObject, parseText } from './sources/body.ts';
export { defineEndpoint, type Endpoint, type EndpointEvent } from './sources/custom/endpoint.ts';
export {
  HmacKeys,
  type HmacOptions,
  parseBase64,
  parseHex,
  withoutPrefix,
} from './sources/hmac.ts';
export { type Verification, verifyToken } from './sources/secret.ts';
export {
  defineSource,
  type KindHead,
  type Outcome,
  type Reply,
  type Source,
  type SourceContext,
  type SourceEvent,
  type SourceKind,
  type WebhookRequest,
} from './sources/source.ts';
export { checkTimestamp } from './sources/timestamp.ts';
