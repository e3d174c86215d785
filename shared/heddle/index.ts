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
export type { HookContext, TriggerHook } from './actors/hooks.ts';
export { defineEvents, type EmitOptions, type Emitted } from './actors/module-event.ts';
export {
  fire,
  fireEach,
  type PollContext,
  type PolledEvent,
  Poller,
  type PollResult,
  skip,
} from './actors/poller.ts';
export { createRuntime, type Runtime } from './actors/runtime.ts';
export type { Event } from './domain/event.ts';
export type { Json, JsonObject } from './domain/json.ts';
export { RejectedError, RetryableError, TerminalError } from './errors/errors.ts';
