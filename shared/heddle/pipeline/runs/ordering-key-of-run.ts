import type { Run } from '../../domain/run.ts';
import { EVENTS } from '../../ports/collections.ts';
import { findOrderingKeys } from '../../triggers/match/index.ts';
import type { Engine } from '../engine/index.ts';
import { toRunEvent } from './new-run.ts';

/**
 * Finds the key under which a run has its turn, and has it again when it was held. A replay has
 * none.
 */
export async function findOrderingKeyOfRun(
  { triggers, store }: Pick<Engine, 'triggers' | 'store'>,
  run: Run,
): Promise<string | undefined> {
  if (run.isReplay || !triggers.get(run.trigger)?.orderingKey) return undefined;
  const event = toRunEvent(run, (await store.read(EVENTS, run.eventKey))?.document);
  return event && (await findOrderingKeys(triggers, event)).get(run.trigger);
}
