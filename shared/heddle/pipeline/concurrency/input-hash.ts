import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { withoutTriggerEvent } from '../../triggers/inputs/index.ts';

/** Digest of an input. Inputs that differ only in the event that they come from have the same. */
export function toInputHash(input: JsonObject): string {
  const text = JSON.stringify(withoutTriggerEvent(input), (_, value) =>
    isJsonObject(value) && !JSON.isRawJSON(value)
      ? Object.fromEntries(Object.entries(value).sort(byKey))
      : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
