import { isEnded, type Run, type RunOf } from '../../domain/run.ts';
import { interruptRun } from '../../domain/run-transitions.ts';
import type { Stored } from '../../ports/document-store.ts';
import { finishFoundRun } from '../completion/index.ts';
import { isInLine } from '../concurrency/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import type { Advancing } from '../limits/index.ts';
import { rejoinWindow } from '../limits/index.ts';
import { isFirst, isInterrupted, replaceRun, takeRun } from '../runs/index.ts';
import { advanceRun } from './advance-run.ts';

/** Recovers a run that is not queued, where an earlier delivery was interrupted before its end. */
export async function recoverRun(
  engine: Engine,
  { document, etag }: Stored<Run>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { delivery } = advancing;
  if (isInterrupted(document, delivery)) {
    if (!document.slots) return takeRun(engine, { document, etag }, delivery);
    const queued = interruptRun(document, toTimestamp(engine.clock));
    return advanceRun(engine, await replaceRun(engine, queued, etag), advancing);
  }
  if (isFirst(delivery)) {
    // The run waited in line, and the process that ended it was interrupted.
    if (isEnded(document) && (await isInLine(engine, document))) {
      await finishFoundRun(engine, document);
    }
    return undefined;
  }
  if (document.status === 'skipped') await rejoinWindow(engine, { document, etag }, advancing);
  else await finishFoundRun(engine, document);
  return undefined;
}
