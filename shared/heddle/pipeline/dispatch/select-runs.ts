import type { Decision } from '../../domain/decision.ts';
import type { EventMessage } from '../../domain/message.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { findOrderingKeys } from '../../triggers/match/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Recorded } from '../events/index.ts';

export type Matched = Extract<Decision, { outcome: 'matched' }>;

/** An event that is recorded, and what has delivered it. */
export interface Arrived {
  readonly recorded: Recorded;
  readonly delivery: Delivery;
}

/** Of the triggers that matched, those that this copy of the event's message runs. */
export async function selectRuns(
  { triggers }: Engine,
  { orderingKeys = [] }: EventMessage,
  { recorded: { record, event }, delivery: { orderingKey } }: Arrived,
): Promise<readonly Matched[]> {
  const matched = record.decisions.filter((decision) => decision.outcome === 'matched');
  if (orderingKeys.length === 0) return matched;
  const keys = await findOrderingKeys(triggers, event);
  return matched.filter(({ trigger }) => {
    const key = keys.get(trigger);
    // A trigger that asks for an order only since the event was taken in has no copy of its own.
    const sent = key !== undefined && orderingKeys.includes(key) ? key : undefined;
    return sent === orderingKey;
  });
}
