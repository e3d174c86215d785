import type { RunOf } from '../../domain/run.ts';
import { failRun } from '../../domain/run-transitions.ts';
import type { Stored } from '../../ports/document-store.ts';
import { type Ending, toTimestamp } from '../engine/index.ts';
import { replaceRun } from '../runs/index.ts';
import { countRun } from '../telemetry/index.ts';
import { finishRun } from './finish-run.ts';

export const ORPHAN = {
  code: 'trigger_missing',
  message: 'the trigger, or the event, is no longer there',
};

/** Fails a run that is due and whose trigger or event is gone. */
export async function failOrphan(engine: Ending, run: Stored<RunOf<'running'>>): Promise<void> {
  const failed = failRun(run.document, ORPHAN, toTimestamp(engine.clock));
  await replaceRun(engine, failed, run.etag);
  countRun(engine, failed, 'failed');
  await finishRun(engine, failed);
}
