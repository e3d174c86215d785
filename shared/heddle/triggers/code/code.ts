import type { Event } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';

/** What a trigger has in code besides what the triggers file says of it. */
export interface TriggerCode {
  /** Asked last, when all else matches. A promise is no answer: it is an error. */
  readonly filter?: (event: Event) => boolean;
  /** What stands in the event's place for the inputs and the actor. */
  readonly transform?: (event: Event) => JsonObject;
}
