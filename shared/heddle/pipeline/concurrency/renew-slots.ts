import type { RunOf } from '../../domain/run.ts';
import { CancelRequest, type Engine, type Leasing } from '../engine/index.ts';
import { MIN_LEASE, renewSlot } from './slots.ts';

type Renewing = Leasing & Pick<Engine, 'logger'>;

/**
 * Renews the leases of a run's slots while it is executed.
 * @param abort called when a slot is lost, or when the run is asked to end to make room for another
 * @returns stops it
 */
export function renewSlots(
  engine: Renewing,
  { id, slots: all = [] }: RunOf<'running'>,
  abort: (reason: Error) => void,
): () => void {
  const slots = all.filter(({ period }) => period === undefined);
  if (slots.length === 0) return () => undefined;
  const { clock, leaseMs } = engine;
  let isOver = false;
  let renewedAt = clock.now();
  let cancel = () => {};
  const renew = async () => {
    const result = await renewAll(engine, id, slots);
    if (isOver) return;
    if (result === 'renewed') renewedAt = clock.now();
    else if (result) abort(result);
    // After a lease without an answer of the store, another run may have acquired the slot.
    if (clock.now() - renewedAt >= MIN_LEASE * leaseMs) abort(new Error('its slot has expired'));
    next();
  };
  const next = () => {
    cancel = clock.after(leaseMs / 3, () => void renew());
  };
  next();
  return () => {
    isOver = true;
    cancel();
  };
}

/** @returns why a slot is lost; undefined where the store does not answer */
async function renewAll(
  engine: Renewing,
  runId: string,
  slots: readonly { readonly id: string }[],
): Promise<Error | 'renewed' | undefined> {
  try {
    for (const slot of slots) {
      const renewed = await renewSlot(engine, slot, runId);
      if (renewed === 'cancelled') return new CancelRequest('another run takes its place');
      if (renewed === 'gone') return new Error('its slot is held by another run');
    }
    return 'renewed';
  } catch (error) {
    engine.logger.warn(`A slot is not renewed: ${String(error)}`, { runId });
    return undefined;
  }
}
