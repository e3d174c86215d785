import { findOrderingKeys } from '../../triggers/match/ordering.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ordering } from './event-messages.ts';

/** Looked for only where a trigger has an ordering key. */
export function createOrder({ triggers }: Pick<Engine, 'triggers'>): Ordering {
  if (!triggers.hasOrder) return {};
  return {
    order: async (event) => [...new Set((await findOrderingKeys(triggers, event)).values())],
  };
}
