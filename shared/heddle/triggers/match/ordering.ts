import { type Event, toRoutedType } from '../../domain/event.ts';
import { toQueueKey } from '../../domain/ids.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerSnapshot } from '../catalogue/index.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * Ordering keys of the event by trigger name, for the triggers that may match it. A trigger whose
 * template renders to nothing, or fails, has no order for the event.
 */
export async function findOrderingKeys(
  triggers: TriggerSnapshot,
  event: Event,
): Promise<ReadonlyMap<string, string>> {
  if (!triggers.hasOrder) return NONE;
  const candidates = triggers.findCandidates(event.source, toRoutedType(event));
  const ordered = candidates.filter(({ enabled, orderingKey }) => enabled && orderingKey);
  if (ordered.length === 0) return NONE;
  const { toOrderingKey } = await import('../inputs/inputs.ts');
  const keys = new Map<string, string>();
  for (const trigger of ordered) {
    const key = tryRender(() => toOrderingKey(trigger, event));
    if (key !== '') keys.set(trigger.name, toQueueKey(key));
  }
  return keys;
}

/**
 * Whether the trigger has an ordering key that is empty for the event. False where its template
 * fails: then too the event has no order.
 */
export async function isWithoutOrder(trigger: Trigger, event: Event): Promise<boolean> {
  if (trigger.orderingKey === undefined) return false;
  const { toOrderingKey } = await import('../inputs/inputs.ts');
  try {
    return toOrderingKey(trigger, event) === undefined;
  } catch {
    return false;
  }
}

function tryRender(render: () => string | undefined): string {
  try {
    return render()?.trim() ?? '';
  } catch {
    return '';
  }
}
