import type { RunOf } from '../domain/run.ts';
import type { Engine } from './engine.ts';
import { CancelRequest } from './in-flight.ts';
import { renew } from './slots.ts';

const NOTHING = { signal: new AbortController().signal, end: () => undefined };

/**
 * Renews the leases of a run's places while it is executed. The signal aborts when one is gone, or
 * when the run is asked to end to make room for another.
 */
export function keepPlaces(
  engine: Engine,
  { id, slots = [] }: RunOf<'running'>,
): { readonly signal: AbortSignal; end(): void } {
  if (slots.length === 0) return NOTHING;
  const { clock, leaseMs } = engine;
  const controller = new AbortController();
  let isOver = false;
  let renewedAt = clock.now();
  let cancel = () => {};
  const look = async () => {
    const reason = await findReason(engine, id, slots);
    if (isOver) return;
    if (reason === 'kept') renewedAt = clock.now();
    else if (reason) controller.abort(reason);
    // A store that does not answer for a whole lease leaves the place to somebody else.
    if (clock.now() - renewedAt >= leaseMs) controller.abort(new Error('its place has expired'));
    next();
  };
  const next = () => {
    cancel = clock.after(leaseMs / 3, () => void look());
  };
  next();
  return {
    signal: controller.signal,
    end: () => {
      isOver = true;
      cancel();
    },
  };
}

async function findReason(
  engine: Engine,
  runId: string,
  slots: readonly { readonly id: string }[],
): Promise<Error | 'kept' | undefined> {
  try {
    for (const slot of slots) {
      const renewed = await renew(engine, slot.id, runId);
      if (renewed === 'cancelled') return new CancelRequest('another run takes its place');
      if (renewed === 'gone') return new Error('its place is taken by another run');
    }
    return 'kept';
  } catch (error) {
    engine.logger.warn(`A place is not renewed: ${String(error)}`, { runId });
    return undefined;
  }
}
