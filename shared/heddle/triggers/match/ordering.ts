import type { Event } from '../../domain/event.ts';
import { toQueueKey } from '../../domain/ids.ts';
import type { TriggerRegistry } from '../catalogue/index.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * By the names of the triggers that may take the event: the key under which each wants it in order.
 * One whose template gives nothing, or fails, takes the event in no order.
 */
export async function findOrderingKeys(
  registry: TriggerRegistry,
  event: Event,
): Promise<ReadonlyMap<string, string>> {
  if (!registry.hasOrder) return NONE;
  const candidates = registry.findCandidates(event.source, event.type);
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

function tryRender(render: () => string | undefined): string {
  try {
    return render()?.trim() ?? '';
  } catch {
    return '';
  }
}
