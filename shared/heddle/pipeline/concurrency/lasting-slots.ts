import type { Holder } from '../../domain/limit-state.ts';
import { isEnded } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Engine } from '../engine/index.ts';

interface Lasting {
  readonly id: string;
  readonly inputHash?: string | undefined;
}

interface Held {
  readonly holder: Holder;
  readonly isLeased: boolean;
}

/**
 * Whether a run holds a slot that lasts. The slot of an input is held from the first attempt until
 * the run has ended: nobody renews it while the run waits for its retry, so the run itself is asked,
 * and not the lease. A run that has not begun holds the slot for the lease: it acquires it again.
 * Another slot is kept by a run that waits for the next one that it needs, as long as it waits.
 */
export async function doesRunHold(
  { store }: Pick<Engine, 'store'>,
  { id, inputHash }: Lasting,
  { holder, isLeased }: Held,
): Promise<boolean> {
  const run = (await store.read(RUNS, holder.runId))?.document;
  if (!run || isEnded(run)) return false;
  if (isLeased) return true;
  if (inputHash !== undefined) return run.status !== 'queued' || run.attempts.length > 0;
  const isKept = run.slots?.some((slot) => slot.id === id && slot.isKept);
  return run.status === 'queued' && isKept === true;
}
