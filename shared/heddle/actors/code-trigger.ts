import type { z } from 'zod';
import type { CodeEvent } from '../domain/code-event.ts';
import type { JsonObject } from '../domain/json.ts';
import type { WrittenTrigger } from '../domain/trigger.ts';

/** An event whose payload is typed as `Data`. The type is the sender's word and is not checked. */
export type EventOf<Data extends object> = Omit<CodeEvent, 'data'> & { readonly data: Data };

/** A trigger's functions in code. Neither may be async: work that waits belongs in the actor. */
export interface TriggerFunctions<Data extends object = JsonObject> {
  /** Called last, when everything else matches. */
  readonly filter?: (event: EventOf<Data>) => boolean;
  /** Returns the object that replaces the event for the inputs and the actor. */
  readonly transform?: (event: EventOf<Data>) => JsonObject;
}

/** Fields of a trigger in code that a triggers file writes otherwise. */
type InCode = 'filter' | 'transform' | 'schema';

/** A trigger as in a triggers file, whose filter and transform may also be functions. */
export type CodeTrigger<Data extends object = JsonObject> = Omit<
  WrittenTrigger,
  'name' | InCode
> & {
  readonly [Part in 'filter' | 'transform']?:
    | NonNullable<WrittenTrigger[Part]>
    | NonNullable<TriggerFunctions<Data>[Part]>;
} & {
  /**
   * Schema of the payload. An event that does not fit is not matched, and the decision names the
   * places. Data that a person executes the trigger with is refused with 422. A JSON Schema is for
   * triggers that people execute.
   */
  readonly schema?: z.ZodType | NonNullable<WrittenTrigger['schema']>;
};
