import { createQueuedRun, failRun } from '../../domain/run-transitions.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { failOrphan, finishFoundRun, finishRun, ORPHAN } from '../completion/index.ts';
import { type Ending, toTimestamp } from '../engine/index.ts';
import { createRunOnce, isInterrupted, sendRunMessage, takeRun, toNewRun } from '../runs/index.ts';
import { countRun } from '../telemetry/index.ts';
import type { Selected } from './expand-items.ts';
import type { Arrived } from './select-runs.ts';

/**
 * Records the run of a trigger that was removed between the event's first delivery and this one.
 */
export async function recordOrphan(
  engine: Ending,
  { runId, trigger: name, item, event }: Selected,
  { recorded: { record }, delivery }: Arrived,
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const fresh = toNewRun({ record, event }, { runId, item }, { name, actor: '(unknown)' });
  const failed = failRun(createQueuedRun(fresh, now), ORPHAN, now);
  if (!(await createRunOnce(engine, failed))) return endOrphan(engine, runId, delivery);
  countRun(engine, fresh, 'failed');
  await finishRun(engine, failed);
}

/** Ends a run that an earlier delivery has recorded, and that nobody else goes on with. */
async function endOrphan(engine: Ending, runId: string, delivery: Delivery): Promise<void> {
  const stored = await engine.store.read(RUNS, runId);
  const run = stored?.document;
  if (run?.status === 'queued') return sendRunMessage(engine, run);
  if (!stored || !run) return;
  const taken = isInterrupted(run, delivery) ? await takeRun(engine, stored, delivery) : undefined;
  if (taken) await failOrphan(engine, taken);
  else await finishFoundRun(engine, run);
}
