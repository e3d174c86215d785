import type { Event } from '../../domain/event.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { createRenderer, type Render } from '../templates/index.ts';

/**
 * Creates the renderer of a trigger's templates. With `forEach` they see the item that the run is
 * about.
 * @param shown the event that templates see; `event` as it was received has the item
 */
export function createOwnRenderer(
  trigger: Pick<Trigger, 'name' | 'source' | 'forEach'>,
  shown: Event,
  event = shown,
): Render {
  if (trigger.forEach === undefined) return createRenderer(trigger, shown);
  const { item = null, index = null } = event.data;
  return createRenderer(trigger, shown, { item, index });
}
