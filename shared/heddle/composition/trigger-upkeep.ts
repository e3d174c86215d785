import { continueReleasing } from '../pipeline/commands/index.ts';
import { type Engine, type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';

/** Lists present faults of triggers without event data, since anybody may ask for them. */
export async function findTriggerFaults({
  states,
  triggers,
}: Pick<Engine, 'states' | 'triggers'>): Promise<readonly string[]> {
  try {
    await states.refresh();
  } catch {
    return ['the store does not answer'];
  }
  const faults = [...states.all.values()].flatMap(({ id, status, by }) => {
    const see = `see /api/v1/triggers/${id}, and resume it there`;
    if (!triggers.get(id)) return [];
    if (status === 'error') return [`trigger ${id} is in error: its matching has failed; ${see}`];
    const isBroken = status === 'paused' && by === 'breaker';
    return isBroken ? [`trigger ${id} is paused: its runs look like a loop; ${see}`] : [];
  });
  return faults.sort();
}

/**
 * Continues resumptions that were interrupted. A failure is tried again with the next heartbeat.
 */
export async function continueResuming(engine: LiveEngine): Promise<void> {
  try {
    await continueReleasing(withSnapshot(engine));
  } catch (error) {
    engine.logger.warn(`Held runs are not released yet: ${String(error)}`);
  }
}
