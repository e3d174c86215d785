import { RUNS } from '../collections.ts';
import type { Run, RunOf } from '../domain/run.ts';
import { createUnlessThere, toDueMessage } from './claim.ts';
import type { Engine } from './engine.ts';

/**
 * Records runs as queued and sends a message for each. Of those that are recorded already the message
 * is sent again while they are queued: whoever had recorded them may not have come to it.
 * @returns the runs as they are recorded
 */
export async function queueRuns(
  engine: Engine,
  planned: readonly RunOf<'queued'>[],
): Promise<readonly Run[]> {
  const found = await Promise.all(planned.map((run) => recordOnce(engine, run)));
  const runs = found.filter((run) => run !== undefined);
  const queued = runs.filter((run) => run.status === 'queued');
  if (queued.length > 0) await engine.queue.send(queued.map((run) => toDueMessage(engine, run)));
  return runs;
}

async function recordOnce(engine: Engine, run: RunOf<'queued'>): Promise<Run | undefined> {
  const created = await createUnlessThere(engine, run);
  return created?.document ?? (await engine.store.read(RUNS, run.id))?.document;
}
