import { isJsonObject, type Json } from '../../domain/json.ts';

/**
 * The state before, if it is of the same thing: a trigger that was changed to look at another, or to
 * use another poller, begins anew.
 */
export function toKnown<T>(state: Json | undefined, of: string): T | undefined {
  return state !== undefined && isJsonObject(state) && state.of === of ? (state as T) : undefined;
}
