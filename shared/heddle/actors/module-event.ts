import type { z } from 'zod';
import type { ModuleEventConfig } from '../domain/emitted.ts';

/** Of an event without a schema: any object that JSON can say. */
export type AnySchema = z.ZodType<object, object>;

/** What a module says of an event that it emits. */
export interface ModuleEventDefinition<Schema extends z.ZodType = AnySchema> {
  readonly displayName?: string;
  readonly description?: string;
  /** The module: `auth-module`. Triggers see it as `fields.module`. */
  readonly source: string;
  /**
   * What the data must fit, for the compiler and again when it is emitted, by whomever. The data is
   * checked and not changed: defaults and transformations are for the actor's own `input`.
   */
  readonly schema?: Schema;
  readonly config?: ModuleEventConfig;
}

/** An event that is registered. Hand it to `emitTrigger` or to an actor's `context.emit`. */
export interface ModuleEvent<Schema extends z.ZodType = AnySchema>
  extends ModuleEventDefinition<Schema> {
  /** The type of its events: what a trigger with `source: emit` has as its `eventType`. */
  readonly name: string;
}

/** Events by their names. */
export type ModuleEvents = Readonly<Record<string, ModuleEventDefinition<z.ZodType>>>;

/** What an event of this definition is emitted with. */
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
   * The event's id, unique among all that is emitted, whatever its type: what is emitted again under
   * it is dropped.
   */
  readonly id?: string;
}

export interface Emitted {
  /** Of the event, as `GET /api/v1/events/{id}` knows it. */
  readonly id: string;
}

/**
 * Events by their names, for `createRuntime`: they can then be emitted by name, and the compiler
 * knows what each carries.
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
