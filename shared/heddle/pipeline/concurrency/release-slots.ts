import type { Run } from '../../domain/run.ts';
import { WAITERS } from '../../ports/collections.ts';
import type { Engine } from '../engine/index.ts';
import { releaseSlot } from './slots.ts';
import { toMax } from './slots-of-run.ts';

export async function isInLine({ store }: Engine, { id, slots = [] }: Run): Promise<boolean> {
  return slots.length > 0 && (await store.read(WAITERS, id)) !== undefined;
}

/**
 * Takes a run out of its line, before it is recorded that it waits no longer: afterwards nobody
 * looks after the run, and slots would be handed to it that it never uses.
 */
export async function leaveLine({ store }: Engine, { id, slots = [] }: Run): Promise<void> {
  if (slots.length > 0) await store.delete(WAITERS, id);
}

/** Releases the slots of a run, with those that it was handed for an attempt that has not begun. */
export async function releaseAllSlotsOfRun(engine: Engine, run: Run): Promise<void> {
  const before = run.status === 'queued' ? run.nextAttempt + 1 : undefined;
  await releaseSlotsOfRun(engine, run, before);
}

/**
 * Releases the slots of a run. Its trigger as it is now says how many slots there are.
 * @param before only slots of earlier attempts than this
 */
export async function releaseSlotsOfRun(engine: Engine, run: Run, before?: number): Promise<void> {
  const { id: runId, trigger, slots = [] } = run;
  const present = engine.presentTrigger(trigger);
  for (const slot of slots) {
    const max = (slot.inputHash === undefined && present && toMax(present)) || slot.max;
    await releaseSlot(engine, { ...slot, trigger, max }, { runId, before });
  }
}
