import type { Event } from '../../domain/event.ts';
import type { TriggerCode } from './code.ts';

/**
 * Asks a trigger's own code. It sees a copy that nothing can change: what it wrote into the event
 * would be kept, and met by other triggers.
 * @param keepsData false: the message of what it throws, which may quote the payload, is left out
 * @throws where it throws, or gives anything but true or false
 */
export function askFilter(
  filter: NonNullable<TriggerCode['filter']>,
  event: Event,
  keepsData: boolean,
): boolean {
  const answer: unknown = call(filter, event, keepsData);
  if (typeof answer === 'boolean') return answer;
  // Nobody waits for it: what it rejects with must not end the process.
  if (answer instanceof Promise) answer.catch(() => undefined);
  throw new Error(`code.filter gave ${nameType(answer)}: expected true or false, at once`);
}

function call(filter: (event: Event) => unknown, event: Event, keepsData: boolean): unknown {
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

const copies = new WeakMap<Event, Event>();

/** Once for each event, for all filters. */
function toFrozen(event: Event): Event {
  const known = copies.get(event);
  if (known) return known;
  const copy = structuredClone(event);
  freeze(copy);
  copies.set(event, copy);
  return copy;
}

function freeze(value: object): void {
  for (const inner of Object.values(Object.freeze(value))) {
    if (typeof inner === 'object' && inner !== null) freeze(inner);
  }
}
