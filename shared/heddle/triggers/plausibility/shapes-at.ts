import type { Clause } from './clauses.ts';
import { follow } from './find-in-shape.ts';
import type { KnownEvent } from './known-event.ts';
import type { Shape } from './vocabulary/shape.ts';

/** What is known of the value that a clause is about; undefined: nothing, or that there is none. */
export function shapesAt(
  event: KnownEvent | undefined,
  { part, field }: Pick<Clause, 'part' | 'field'>,
): readonly Shape[] | undefined {
  if (!event) return undefined;
  const led = follow(part === 'filter' ? event.payloads : event.views, field);
  return led.to === 'value' ? led.shapes : undefined;
}
