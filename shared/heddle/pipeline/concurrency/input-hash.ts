import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { withoutTriggerEvent } from '../../triggers/inputs/index.ts';

/** The same for inputs that are the same but for the event that they come from. */
export function toInputHash(input: JsonObject): string {
  const text = JSON.stringify(withoutTriggerEvent(input), (_, value) =>
    isJsonObject(value) ? Object.fromEntries(Object.entries(value).sort(byKey)) : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
