import type { Run, RunOf } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Saving, Sending } from '../engine/index.ts';
import { createRunOnce } from './claim-run.ts';
import { toDueMessage, toRunMessage } from './run-messages.ts';

/**
 * Records runs as queued and sends a message for each. A run that is already recorded gets its
 * message again while it is queued: the process that recorded it may have crashed before sending it.
 * @returns the runs as they are recorded
 */
export async function queueRuns(
  engine: Saving & Sending,
  planned: readonly RunOf<'queued'>[],
): Promise<readonly Run[]> {
  const found = await Promise.all(planned.map((run) => recordOnce(engine, run)));
  const runs = found.filter((run) => run !== undefined);
  const queued = runs.filter((run) => run.status === 'queued');
  if (queued.length > 0) await engine.queue.send(queued.map((run) => toDueMessage(engine, run)));
  return runs;
}

/** Delay of the spare messages: longer than any caller waits for the runs to be recorded. */
const SPARE_DELAY_MS = 60_000;

/**
 * As {@link queueRuns}, where no message comes again if this process dies halfway: each run first
 * gets a spare message that is due later.
 */
export async function queueRunsAlone(
  engine: Saving & Sending,
  planned: readonly RunOf<'queued'>[],
): Promise<readonly Run[]> {
  const spare = { turn: 'spare', delayMs: SPARE_DELAY_MS };
  const spares = planned.map(({ id, nextAttempt }) => toRunMessage(id, nextAttempt, spare));
  const sent = spares.length > 0 ? await engine.queue.send(spares) : [];
  const runs = await queueRuns(engine, planned);
  for (const sequence of sent) {
    if (typeof sequence === 'number') await engine.queue.cancel(sequence);
  }
  return runs;
}

async function recordOnce(engine: Saving, run: RunOf<'queued'>): Promise<Run | undefined> {
  const created = await createRunOnce(engine, run);
  return created?.document ?? (await engine.store.read(RUNS, run.id))?.document;
}
