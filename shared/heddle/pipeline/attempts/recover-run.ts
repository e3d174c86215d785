import { isEnded, type Run, type RunOf } from '../../domain/run.ts';
import { interruptRun } from '../../domain/run-transitions.ts';
import type { Stored } from '../../ports/document-store.ts';
import { conclude } from '../completion/finish-run.ts';
import { isInLine } from '../concurrency/release-slots.ts';
import { type Engine, toTimestamp } from '../engine/engine.ts';
import type { Advancing } from '../limits/begin-run.ts';
import { rejoin } from '../limits/event-window.ts';
import { isFirst, isInterrupted, takeRun } from '../runs/claim-run.ts';
import { replaceRun } from '../runs/save-run.ts';
import { advance } from './advance-run.ts';

/** Goes on with a run that is not queued, where whoever had it did not come to its end. */
export async function goOn(
  engine: Engine,
  { document, etag }: Stored<Run>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { delivery } = advancing;
  if (isInterrupted(document, delivery)) {
    if (!document.slots) return takeRun(engine, { document, etag }, delivery);
    const queued = interruptRun(document, toTimestamp(engine.clock));
    return advance(engine, await replaceRun(engine, queued, etag), advancing);
  }
  if (isFirst(delivery)) {
    // It waited, and whoever ended it was cut off.
    if (isEnded(document) && (await isInLine(engine, document))) await conclude(engine, document);
    return undefined;
  }
  if (document.status === 'skipped') await rejoin(engine, { document, etag }, advancing);
  else await conclude(engine, document);
  return undefined;
}
