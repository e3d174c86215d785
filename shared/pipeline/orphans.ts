import type { RunOf } from '../domain/run.ts';
import { createQueuedRun, failRun } from '../domain/run-transitions.ts';
import type { Stored } from '../ports.ts';
import { createUnlessThere } from './claim.ts';
import { conclude } from './conclude.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { countRun } from './metrics.ts';
import { type Recorded, toNewRun } from './record.ts';
import { replaceRun } from './save-run.ts';

const ORPHAN = {
  code: 'trigger_missing',
  message: 'the trigger, or the event, is no longer there',
};

/** A run that is due, and whose trigger or event is gone. */
export async function failOrphan(run: Stored<RunOf<'running'>>, engine: Engine): Promise<void> {
  const failed = failRun(run.document, ORPHAN, toTimestamp(engine.clock));
  await replaceRun(engine, failed, run.etag);
  countRun(engine, failed, 'failed');
  await conclude(engine, failed);
}

/** The run of a trigger that was removed between the event's first delivery and this one. */
export async function recordOrphan(
  runId: string,
  name: string,
  recorded: Recorded,
  engine: Engine,
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const fresh = { ...toNewRun(recorded, runId, { name, actor: '(unknown)' }) };
  const isNew = await createUnlessThere(engine, failRun(createQueuedRun(fresh, now), ORPHAN, now));
  if (isNew) countRun(engine, fresh, 'failed');
}
