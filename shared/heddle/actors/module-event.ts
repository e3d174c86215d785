import type { z } from 'zod';
import type { ModuleEventConfig } from '../domain/emitted.ts';
import type { TriggerDefinition } from './trigger-definition.ts';

/** Schema of an event without one: any object that JSON can represent. */
export type AnySchema = z.ZodType<object, object>;

/** Definition of an event that a module emits. */
export interface ModuleEventDefinition<Schema extends z.ZodType = AnySchema> {
  readonly displayName?: string;
  readonly description?: string;
  /** The module: `auth-module`. Triggers see it as `fields.module`. */
  readonly source: string;
  /**
   * Schema of the data, checked by the compiler and again whenever the event is emitted. The data
   * is checked and not changed: defaults and transformations belong in the actor's own `input`.
   */
  readonly schema?: Schema;
  readonly config?: ModuleEventConfig;
}

/** A registered event. Pass it to `emitTrigger` or to an actor's `context.emit`. */
export interface ModuleEvent<Schema extends z.ZodType = AnySchema>
  extends ModuleEventDefinition<Schema> {
  /** Type of its events: the `eventType` of a trigger with `source: emit`. */
  readonly name: string;
  /** The trigger of its own actor, if it has one. */
  readonly trigger?: TriggerDefinition;
  /** Faults of the form that it was written in. */
  readonly faults?: readonly string[];
}

/**
 * Defines an event that a module emits, for `defineApp({ events })`. Pass it to an actor's
 * `context.emit`, or to `emitTrigger`.
 * @example
 * export const userCreated = defineEvent({
 *   name: 'user.created',
 *   source: 'auth-module',
 *   schema: z.object({ userId: z.string(), email: z.email() }),
 * });
 */
export function defineEvent<Schema extends z.ZodType = AnySchema>(
  event: ModuleEventDefinition<Schema> & { readonly name: string },
): ModuleEvent<Schema> {
  return event;
}

/** Events by their names. */
export type ModuleEvents = Readonly<Record<string, ModuleEventDefinition<z.ZodType>>>;

/** Type of the data of an event with this definition. */
export type DataOf<Definition> = Definition extends { readonly schema: infer S extends z.ZodType }
  ? z.input<S>
  : object;

/** A definition as `emitTrigger` and `context.emit` take it. */
export type ToModuleEvent<Definition> = Definition extends {
  readonly schema: infer S extends z.ZodType;
}
  ? ModuleEvent<S>
  : ModuleEvent;

export interface EmitOptions {
  /**
   * The event's id, unique among all emitted events, whatever their type. An event emitted again
   * under the same id is dropped.
   */
  readonly id?: string;
}

export interface Emitted {
  /** The event's id, as in `GET /api/v1/events/{id}`. */
  readonly id: string;
}

/**
 * Defines events by name for `createRuntime`. They can then be emitted by name, and the compiler
 * knows the data of each.
 * @example
 * const events = defineEvents({
 *   'user.created': {
 *     source: 'auth-module',
 *     schema: z.object({ userId: z.string(), email: z.email() }),
 *   },
 * });
 * export const runtime = createRuntime({ events });
 * await runtime.emitTrigger('user.created', { userId: 'u1', email: 'ada@example.org' });
 */
export function defineEvents<const Events extends ModuleEvents>(events: Events): Events {
  return events;
}
