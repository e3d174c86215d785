import type { z } from 'zod';
import type { Event } from '../domain/event.ts';
import type { JsonObject } from '../domain/json.ts';
import type { WrittenTrigger } from '../domain/trigger.ts';
import type { ModuleEventDefinition } from './module-event.ts';

/** An event whose payload is typed as `Data`. The type is the sender's word and is not checked. */
export type EventOf<Data extends object> = Omit<Event, 'data'> & { readonly data: Data };

/** A trigger's functions in code. Neither may be async: work that waits belongs in the actor. */
export interface TriggerFunctions<Data extends object = JsonObject> {
  /** Called last, when everything else matches. */
  readonly filter?: (event: EventOf<Data>) => boolean;
  /** Returns the object that replaces the event for the inputs and the actor. */
  readonly transform?: (event: EventOf<Data>) => JsonObject;
}

/** A trigger as in a triggers file, whose filter and transform may also be functions. */
export type CodeTrigger<Data extends object = JsonObject> = Omit<
  WrittenTrigger,
  'name' | 'filter' | 'transform'
> & {
  readonly [Part in 'filter' | 'transform']?:
    | NonNullable<WrittenTrigger[Part]>
    | NonNullable<TriggerFunctions<Data>[Part]>;
};

/** An event of a module, as `registerTrigger` takes it. */
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
  /** The page or tool that offers it, such as `admin`. It becomes one of the tags. */
  readonly source?: string;
  /** Schema of the data. The form's fields fill its properties. */
  readonly schema?: Schema;
};
