import { findOrderingKeys } from '../../triggers/match/ordering.ts';
import type { Engine } from '../engine/engine.ts';
import type { Guards } from '../ingest/ingest.ts';

/** Looked for only where a trigger has an ordering key. */
export function createOrder({ triggers }: Pick<Engine, 'triggers'>): Pick<Guards, 'order'> {
  if (!triggers.hasOrder) return {};
  return {
    order: async (event) => [...new Set((await findOrderingKeys(triggers, event)).values())],
  };
}
