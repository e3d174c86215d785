import { isEnded, type Run } from '../../domain/run.ts';
import { cancelRun } from '../../domain/run-transitions.ts';
import { RejectedError } from '../../errors/errors.ts';
import { WAITERS } from '../../ports/collections.ts';
import { type Ending, type Engine, toTimestamp } from '../engine/index.ts';
import { changeRun } from '../runs/index.ts';
import { finishRun } from './finish-run.ts';

type Cancelling = Ending & Pick<Engine, 'inFlight'>;

const MAX_WAITERS = 1000;

/**
 * Cancels a run. What its attempt does from now on does not count. An attempt in this process is
 * aborted at once; one elsewhere is aborted when it next checks its run.
 * @returns the run as it is now; a run that has ended is left as it is
 */
export async function cancelRunById(
  engine: Cancelling,
  runId: string,
  reason: string,
): Promise<Run> {
  const run = await changeRun<Run | undefined>(engine, runId, (found) => {
    if (!found || isEnded(found)) return { result: found };
    const document = cancelRun(found, reason, toTimestamp(engine.clock));
    return { document, result: document };
  });
  if (!run) throw new RejectedError('run_not_found', `There is no run "${runId}".`);
  engine.inFlight.cancel(runId, reason);
  await finishRun(engine, run);
  return run;
}

/** Cancels the runs that wait in line for a slot, except one. */
export async function cancelWaiters(
  engine: Cancelling,
  slotId: string,
  except: string,
  reason: string,
): Promise<void> {
  const { items } = await engine.store.list(WAITERS, {
    where: { slot: slotId },
    limit: MAX_WAITERS,
  });
  const others = items.filter(({ id }) => id !== except);
  for (const { id } of others) await cancelIfThere(engine, id, reason);
}

/** As {@link cancelRunById}, for a run that may no longer be kept. */
export async function cancelIfThere(
  engine: Cancelling,
  runId: string,
  reason: string,
): Promise<void> {
  try {
    await cancelRunById(engine, runId, reason);
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    await engine.store.delete(WAITERS, runId);
  }
}
