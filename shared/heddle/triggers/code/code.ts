import type { CodeEvent } from '../../domain/code-event.ts';
import type { JsonObject } from '../../domain/json.ts';

/** A trigger's functions in code. */
export interface TriggerCode {
  /**
   * Finds the places where a payload does not fit the trigger's schema. Called before `filter`,
   * which may rely on the schema. Its errors must not quote the payload.
   */
  readonly findMisfits?: (data: JsonObject) => readonly string[];
  /** Called last, when everything else matches. Returning a promise is an error. */
  readonly filter?: (event: CodeEvent) => boolean;
  /** Returns the object that replaces the event for the inputs and the actor. */
  readonly transform?: (event: CodeEvent) => JsonObject;
}
