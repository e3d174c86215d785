import type { Event } from '../../domain/event.ts';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { TriggerCode } from './code.ts';

/** As deep as a payload may be. */
const MAX_DEPTH = 200;

/**
 * What a trigger's own code makes of an event. It gets a copy: other triggers see the same event.
 * What it throws is the attempt's own failure, as if the actor had thrown it.
 * @throws {TerminalError} `transform_invalid` for what is no object of JSON
 */
export function runTransform(
  { name }: Pick<Trigger, 'name'>,
  transform: NonNullable<TriggerCode['transform']>,
  event: Event,
): JsonObject {
  const given: unknown = transform(structuredClone(event));
  if (given instanceof Promise) {
    // Nobody waits for it: without this, its failure would end the process.
    given.catch(() => undefined);
    throw createFault(name, 'a promise: what it needs to wait for belongs into the actor');
  }
  const copy = copyJson(given);
  if (!isJsonObject(copy)) throw createFault(name, 'something else');
  if (isDeeperThan(copy, MAX_DEPTH)) throw createFault(name, `more than ${MAX_DEPTH} levels`);
  return copy;
}

/** Undefined where JSON has no such thing. */
function copyJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return undefined;
  }
}

function createFault(name: string, found: string): TerminalError {
  return new TerminalError(
    `expected an object of JSON from the transform of trigger "${name}", received ${found}`,
    { code: 'transform_invalid' },
  );
}
