import { isJsonObject, type Json } from '../../domain/json.ts';

/**
 * The previous state if it belongs to the same subject. A trigger that now watches another one, or
 * uses another poller, starts anew.
 */
export function toKnown<T>(state: Json | undefined, of: string): T | undefined {
  return state !== undefined && isJsonObject(state) && state.of === of ? (state as T) : undefined;
}
