import { type CodeEvent, toCodeEvent } from '../../domain/code-event.ts';
import type { Event } from '../../domain/event.ts';
import type { TriggerCode } from './code.ts';

/**
 * Calls a trigger's filter function with a frozen copy of the event: changes to the event itself
 * would be stored, and seen by other triggers.
 * @param keepsData false: the message of the function's error is left out, as it may quote the
 * payload
 * @throws when the function throws, or returns anything but true or false
 */
export function askFilter(
  filter: NonNullable<TriggerCode['filter']>,
  event: Event,
  keepsData: boolean,
): boolean {
  const answer: unknown = call(filter, event, keepsData);
  if (typeof answer === 'boolean') return answer;
  // Nobody awaits the promise: its rejection must not end the process.
  if (answer instanceof Promise) answer.catch(() => undefined);
  throw new Error(`code.filter gave ${nameType(answer)}: expected true or false, at once`);
}

function call(filter: (event: CodeEvent) => unknown, event: Event, keepsData: boolean): unknown {
  const copy = toFrozen(event);
  try {
    return filter(copy);
  } catch (cause) {
    const reason = keepsData && cause instanceof Error ? `: ${cause.message}` : '';
    throw new Error(`code.filter has thrown${reason}`, { cause });
  }
}

function nameType(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  return value === null ? 'null' : `a value of type ${typeof value}`;
}

const copies = new WeakMap<Event, CodeEvent>();

/** Makes one copy for each event, for all filters. */
function toFrozen(event: Event): CodeEvent {
  const known = copies.get(event);
  if (known) return known;
  const copy = toCodeEvent(event);
  freeze(copy);
  copies.set(event, copy);
  return copy;
}

function freeze(value: object): void {
  for (const inner of Object.values(Object.freeze(value))) {
    if (typeof inner === 'object' && inner !== null) freeze(inner);
  }
}
