import type { EventMessage } from '../../domain/message.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { findOrderingKeys } from '../../triggers/match/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Recorded } from '../events/index.ts';
import { expandItems, type Selected } from './expand-items.ts';

/** A recorded event, and the delivery that brought it. */
export interface Arrived {
  readonly recorded: Recorded;
  readonly delivery: Delivery;
}

/**
 * Selects the runs of this copy of the event's message. An event whose triggers have ordering keys
 * comes once for all without a key, and once under each key.
 */
export async function selectRuns(
  { triggers }: Pick<Engine, 'triggers'>,
  { orderingKeys = [] }: EventMessage,
  { recorded: { record, event }, delivery: { orderingKey } }: Arrived,
): Promise<readonly Selected[]> {
  const matched = record.decisions.filter((decision) => decision.outcome === 'matched');
  if (orderingKeys.length === 0) return expandItems({ record, event }, matched);
  const keys = await findOrderingKeys(triggers, event);
  const own = matched.filter(({ trigger }) => {
    const key = keys.get(trigger);
    // A trigger that got its ordering key after the event was taken in has no copy of its own.
    const sent = key !== undefined && orderingKeys.includes(key) ? key : undefined;
    return sent === orderingKey;
  });
  return expandItems({ record, event }, own);
}
