import type { z } from 'zod';
import type { ModuleEventConfig } from '../domain/emitted.ts';
import type { JsonObject } from '../domain/json.ts';
import type { WrittenTrigger } from '../domain/trigger.ts';
import type { CodeTrigger, EventOf } from './code-trigger.ts';
import type { ModuleEventDefinition } from './module-event.ts';
import type { EndpointRateLimit, WebhookEndpoint } from './webhook-endpoint.ts';

/** Schema of any payload. */
export type AnyPayload = z.ZodType<JsonObject, JsonObject>;

/** Fields that every form has, and those of a trigger in a file that its type leaves open. */
interface Form {
  /** `stripe.payment.succeeded`: others subscribe to it by this name. */
  readonly name: string;
  /** A trigger in code starts runs of its own. Awaits make the triggers that resume a run. */
  readonly scope?: 'flow';
  /** The module, page or service that it belongs to: `external`. It becomes one of the tags. */
  readonly source?: string;
  readonly config?: ModuleEventConfig;
}

/** Fields that the type of a form decides. */
type Decided = 'source' | 'schema' | 'schedule' | 'data' | 'poll' | 'name';

/**
 * The other fields of a trigger. Without an `actor`, it runs those that subscribe to it. Durations
 * are texts such as `30s`, or numbers of milliseconds.
 */
type Fields<Data extends object> = Partial<Omit<CodeTrigger<Data>, Decided>>;

/** An event of a module, and with an `actor` the trigger that it runs. */
export type EventTrigger<Schema extends z.ZodType> = Form &
  ModuleEventDefinition<Schema> &
  Omit<Fields<z.input<Schema> & object>, 'eventType'> & { readonly type: 'event' };

/** A trigger that people and callers of the API execute. */
export type ManualTrigger<Schema extends z.ZodType> = Form &
  Fields<z.input<Schema> & object> & {
    readonly type: 'manual';
    /** Schema of the data. The form's fields fill its properties. */
    readonly schema?: Schema;
  };

/** A trigger with an endpoint of its own. */
export type WebhookTrigger<Schema extends z.ZodType> = Form &
  Omit<Fields<JsonObject>, 'filter' | 'transform'> & {
    readonly type: 'webhook';
    readonly endpoint: WebhookEndpoint;
    /** A payload that does not fit is answered 202, and the trigger's decision names the places. */
    readonly schema?: Schema;
    readonly filter?: WrittenTrigger['filter'] | PayloadFunction<Schema, boolean>;
    /** Returns the object that replaces the event for the inputs and the actor. */
    readonly transform?: WrittenTrigger['transform'] | PayloadFunction<Schema, JsonObject>;
    readonly config?: ModuleEventConfig & { readonly rateLimit?: EndpointRateLimit };
  };

/** Sees the payload first. Neither function may be async. */
type PayloadFunction<Schema extends z.ZodType, Result> = (
  payload: z.input<Schema>,
  event: EventOf<z.input<Schema> & object>,
) => Result;

type WrittenSchedule = NonNullable<WrittenTrigger['schedule']>;

/** A trigger that fires by the clock. */
export type ScheduleTrigger = Form &
  Omit<Fields<JsonObject>, 'eventType'> & {
    readonly type: 'schedule';
    readonly schedule:
      | Extract<WrittenSchedule, string | readonly unknown[]>
      | (Exclude<WrittenSchedule, string | readonly unknown[]> & {
          /** Policy for a fire whose run finds another one at work. */
          readonly overlap?: WrittenTrigger['overlap'];
        });
    /** Added to the event of each fire. */
    readonly data?: WrittenTrigger['data'];
  };

/** A trigger with a `type`. */
export type TriggerForm<Schema extends z.ZodType> =
  | EventTrigger<Schema>
  | ManualTrigger<Schema>
  | WebhookTrigger<Schema>
  | ScheduleTrigger;
