import type { Holder } from '../../domain/limit-state.ts';
import { isEnded } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Engine } from '../engine/index.ts';

interface Held {
  readonly holder: Holder;
  readonly isLeased: boolean;
}

/**
 * Whether a run holds a slot that lasts. The slot of an input is held from the first attempt until
 * the run has ended: nobody renews it while the run waits for its retry, so the run itself is asked,
 * and not the lease. A run that has not begun holds the slot for the lease: it acquires it again.
 */
export async function doesRunHold(
  { store }: Pick<Engine, 'store'>,
  { holder, isLeased }: Held,
): Promise<boolean> {
  const run = (await store.read(RUNS, holder.runId))?.document;
  if (!run || isEnded(run)) return false;
  return isLeased || run.status !== 'queued' || run.attempts.length > 0;
}
