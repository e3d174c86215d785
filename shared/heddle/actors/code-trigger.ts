import type { z } from 'zod';
import type { Event } from '../domain/event.ts';
import type { JsonObject } from '../domain/json.ts';
import type { WrittenTrigger } from '../domain/trigger.ts';
import type { ModuleEventDefinition } from './module-event.ts';

/** An event whose payload is taken to be `Data`: the sender's word, not checked. */
export type EventOf<Data extends object> = Omit<Event, 'data'> & { readonly data: Data };

/** What a trigger may have as code. Neither may be async: what has to wait belongs into the actor. */
export interface TriggerFunctions<Data extends object = JsonObject> {
  /** Asked last, when all else matches. */
  readonly filter?: (event: EventOf<Data>) => boolean;
  /** What stands in the event's place for the inputs and the actor. */
  readonly transform?: (event: EventOf<Data>) => JsonObject;
}

/** A trigger as a triggers file has it; its filter and transform may be functions. */
export type CodeTrigger<Data extends object = JsonObject> = Omit<
  WrittenTrigger,
  'name' | 'filter' | 'transform'
> & {
  readonly [Part in 'filter' | 'transform']?:
    | NonNullable<WrittenTrigger[Part]>
    | NonNullable<TriggerFunctions<Data>[Part]>;
};

/** A module's event, as `registerTrigger` takes it. */
export interface EventTrigger<Schema extends z.ZodType> extends ModuleEventDefinition<Schema> {
  readonly type: 'event';
  readonly name: string;
}

/** A trigger that people and callers of the API execute. */
export type ManualTrigger<Schema extends z.ZodType> = Omit<
  CodeTrigger<z.input<Schema> & object>,
  'source' | 'schema'
> & {
  readonly type: 'manual';
  readonly name: string;
  /** Who offers it, such as `admin`: one of its tags. */
  readonly source?: string;
  /** What the data must fit. The form's fields fill its properties. */
  readonly schema?: Schema;
};
