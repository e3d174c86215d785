import { EVENTS } from '../collections.ts';
import type { Run } from '../domain/run.ts';
import { findOrderingKeys } from '../triggers/ordering.ts';
import type { Engine } from './engine.ts';
import type { Guards } from './ingest.ts';
import { toRunEvent } from './record.ts';

/** Looked for only where a trigger has an ordering key. */
export function createOrder({ triggers }: Pick<Engine, 'triggers'>): Pick<Guards, 'order'> {
  if (!triggers.hasOrder) return {};
  return {
    order: async (event) => [...new Set((await findOrderingKeys(triggers, event)).values())],
  };
}

/** The key under which a run had its turn, and has it again when it was held; a replay has none. */
export async function findOrderOf(
  { triggers, store }: Pick<Engine, 'triggers' | 'store'>,
  run: Run,
): Promise<string | undefined> {
  if (run.isReplay || !triggers.get(run.trigger)?.orderingKey) return undefined;
  const event = toRunEvent(run, (await store.read(EVENTS, run.eventKey))?.document);
  return event && (await findOrderingKeys(triggers, event)).get(run.trigger);
}
