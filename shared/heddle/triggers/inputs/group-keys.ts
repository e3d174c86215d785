import type { Event } from '../../domain/event.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { isEmptyKey } from '../empty-key.ts';
import { createOwnRenderer } from './own-renderer.ts';

/**
 * Renders the key by which a limit groups events. The template sees the event as it was received,
 * whatever `transform` makes of it.
 * @param place position of the template, for the message: `debounce.key`
 * @returns undefined where the event has no key: see {@link isEmptyKey}
 * @throws {TerminalError} `template_invalid`
 */
export function renderKey(
  trigger: Pick<Trigger, 'name' | 'source' | 'forEach'>,
  template: string,
  event: Event,
  place: string,
): string | undefined {
  const key = createOwnRenderer(trigger, event)(template, place);
  return isEmptyKey(template, key) ? undefined : key;
}
