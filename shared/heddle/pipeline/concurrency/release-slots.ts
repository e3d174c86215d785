import type { Run } from '../../domain/run.ts';
import { WAITERS } from '../../ports/collections.ts';
import type { Engine } from '../engine/index.ts';
import { releaseSlot } from './slots.ts';
import { toMax } from './slots-of-run.ts';

export async function isInLine({ store }: Engine, { id, slots = [] }: Run): Promise<boolean> {
  return slots.length > 0 && (await store.read(WAITERS, id)) !== undefined;
}

/**
 * Of a run that waits no longer. Where it goes on otherwise it is done before that is written:
 * afterwards nobody looks after it, and places would be handed to it that it does not take.
 */
export async function leaveLine({ store }: Engine, { id, slots = [] }: Run): Promise<void> {
  if (slots.length > 0) await store.delete(WAITERS, id);
}

/** Gives back what a run has, with what it was handed for an attempt that has not begun. */
export async function releaseAllSlotsOfRun(engine: Engine, run: Run): Promise<void> {
  const before = run.status === 'queued' ? run.nextAttempt + 1 : undefined;
  await releaseSlotsOfRun(engine, run, before);
}

/**
 * Gives back what a run has. How many places there are its trigger says as it is now.
 * @param before only those of earlier attempts than this
 */
export async function releaseSlotsOfRun(engine: Engine, run: Run, before?: number): Promise<void> {
  const { id: runId, trigger, slots = [] } = run;
  const present = engine.presentTrigger(trigger);
  for (const slot of slots) {
    const max = (slot.inputHash === undefined && present && toMax(present)) || slot.max;
    await releaseSlot(engine, { ...slot, trigger, max }, { runId, before });
  }
}
