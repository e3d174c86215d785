import { toCodeEvent } from '../../domain/code-event.ts';
import type { Event } from '../../domain/event.ts';
import { toExactJson } from '../../domain/exact-json.ts';
import { isDeeperThan, isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { TerminalError } from '../../errors/errors.ts';
import type { TriggerCode } from './code.ts';

/** The maximum depth of payloads. */
const MAX_DEPTH = 200;

/**
 * Calls a trigger's transform function with a copy of the event, since other triggers use the same
 * event. Its error fails the attempt, as if the actor had thrown it.
 * @throws {TerminalError} `transform_invalid` unless the result is an object of JSON
 */
export function runTransform(
  { name }: Pick<Trigger, 'name'>,
  transform: NonNullable<TriggerCode['transform']>,
  event: Event,
): JsonObject {
  const given: unknown = transform(toCodeEvent(event));
  if (given instanceof Promise) {
    // Nobody awaits the promise: its rejection must not end the process.
    given.catch(() => undefined);
    throw createFault(name, 'a promise: what it needs to wait for belongs into the actor');
  }
  const copy = copyJson(given);
  if (!isJsonObject(copy)) throw createFault(name, 'something else');
  if (isDeeperThan(copy, MAX_DEPTH)) throw createFault(name, `more than ${MAX_DEPTH} levels`);
  return copy;
}

/** Undefined if JSON cannot represent the value. */
function copyJson(value: unknown): unknown {
  try {
    return toExactJson(value);
  } catch {
    return undefined;
  }
}

function createFault(name: string, found: string): TerminalError {
  return new TerminalError(
    'transform_invalid',
    `expected an object of JSON from the transform of trigger "${name}", received ${found}`,
  );
}
