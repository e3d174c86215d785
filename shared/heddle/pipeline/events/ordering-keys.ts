import { findOrderingKeys } from '../../triggers/match/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Ordering } from './event-messages.ts';

/** Finds no keys, and costs nothing, where no trigger has an ordering key. */
export function createOrder({ triggers }: Pick<Engine, 'triggers'>): Ordering {
  if (!triggers.hasOrder) return {};
  return {
    order: async (event) => {
      const first = new Map<string, string>();
      for (const [trigger, key] of await findOrderingKeys(triggers, event)) {
        if (!first.has(key)) first.set(key, trigger);
      }
      return first;
    },
  };
}
