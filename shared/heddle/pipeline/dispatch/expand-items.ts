import type { Decision } from '../../domain/decision.ts';
import type { Event } from '../../domain/event.ts';
import type { RunItem } from '../../domain/for-each.ts';
import { toRunIdOfItem } from '../../domain/ids.ts';
import type { Engine } from '../engine/index.ts';
import type { Recorded } from '../events/index.ts';

export type Matched = Extract<Decision, { outcome: 'matched' }>;

/** A run of an event, for a trigger with `forEach` that of an item. */
export interface Selected extends Matched {
  readonly item?: RunItem;
  /** The event as the run sees it. */
  readonly event: Event;
}

/**
 * Lists a run for each item. They come from the event and from `forEach` as the decision has it, so
 * that a redelivery finds the same runs, whatever the trigger has become meanwhile.
 */
export async function expandItems(
  { record, event }: Pick<Recorded, 'record' | 'event'>,
  matched: readonly Matched[],
): Promise<readonly Selected[]> {
  if (matched.every(({ forEach }) => forEach === undefined)) {
    return matched.map((one) => ({ ...one, event }));
  }
  const { listItems, toItemEvent, withoutList } = await import('../../triggers/items/items.ts');
  return matched.flatMap((one): readonly Selected[] => {
    if (one.forEach === undefined) return [{ ...one, event }];
    const named = { name: one.trigger, source: record.source };
    const { items } = listItems(named, one.forEach, event);
    const isCut = record.isStripped === true && items.length > 1;
    return items.map(({ key, index, path }, nth) => {
      const whole = toItemEvent(event, { index, path });
      const runId = toRunIdOfItem(record.id, one.trigger, { nth, index, key });
      return {
        ...one,
        runId,
        item: { index, path },
        event: isCut ? withoutList(whole, path) : whole,
      };
    });
  });
}

/** Says once for each event that some of its items make no run. The decision says it for good. */
export function warnOfBeyond(
  { logger }: Pick<Engine, 'logger'>,
  { record }: Pick<Recorded, 'record'>,
): void {
  for (const decision of record.decisions) {
    if (decision.outcome !== 'matched' || decision.forEach?.beyond === undefined) continue;
    const { trigger, forEach } = decision;
    logger.warn('An event has more items than its trigger runs', {
      ...{ trigger, eventId: record.eventId, runs: forEach.count, beyond: forEach.beyond },
    });
  }
}
