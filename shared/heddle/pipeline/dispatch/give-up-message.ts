import { parseMessage } from '../../domain/message.ts';
import { type Claim, mayTakeOver, type Run, type RunOf } from '../../domain/run.ts';
import { createQueuedRun, exhaustRun, failRun, unskipRun } from '../../domain/run-transitions.ts';
import { ConflictError, TerminalError } from '../../errors/errors.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { EXHAUSTED, finishRun, keepDeadLetter, keepUnreadable } from '../completion/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { recordEvent } from '../events/index.ts';
import { isLeftOutOfWindow } from '../limits/index.ts';
import { failReplay } from '../replays/index.ts';
import { insertRun, replaceRun, sendRunMessage, toNewRun } from '../runs/index.ts';
import { countRun } from '../telemetry/index.ts';
import { type Arrived, type Matched, selectRuns } from './select-runs.ts';

/**
 * What has to be recorded of a message that was delivered too often, before it is gone: its event, a
 * failure of every run that only this message would have carried on, and a dead letter.
 */
export async function giveUpMessage(
  delivery: Delivery,
  reason: string,
  engine: Engine,
): Promise<void> {
  const message = parseOrUndefined(delivery.body);
  if (!message) return keepUnreadable(engine, delivery, reason);
  if (message.kind === 'poll') {
    // The next poll looks at the same.
    engine.logger.warn(`A poll of ${message.trigger} is left out: ${reason}`);
    return;
  }
  if (message.kind === 'run') {
    const isBuried = await giveUpRun(engine, message, delivery);
    const runIds = isBuried ? [message.runId] : [];
    return keepDeadLetter(engine, delivery, reason, { kind: 'run', runIds });
  }
  if (message.kind === 'replay') {
    await failReplay(engine, message, reason);
    const { replayId } = message;
    return keepDeadLetter(engine, delivery, reason, { kind: 'replay', runIds: [], replayId });
  }
  const recorded = await recordEvent(engine, message.event);
  const arrived = { recorded, delivery };
  const runIds = await giveUpRuns(engine, await selectRuns(engine, message, arrived), arrived);
  const eventKey = recorded.record.id;
  await keepDeadLetter(engine, delivery, reason, { kind: 'event', runIds, eventKey });
}

/** @returns the runs that have failed by this, also those that an earlier try has failed */
async function giveUpRuns(
  engine: Engine,
  matched: readonly Matched[],
  { recorded, delivery }: Arrived,
): Promise<readonly string[]> {
  const buried: string[] = [];
  for (const { runId, trigger: name } of matched) {
    const actor = engine.triggers.get(name)?.actor ?? '(unknown)';
    const now = toTimestamp(engine.clock);
    const run = createQueuedRun(toNewRun(recorded, runId, { name, actor }), now);
    try {
      const failed = await insertRun(engine, failRun(run, EXHAUSTED, now));
      buried.push(runId);
      countRun(engine, run, 'failed');
      await finishRun(engine, failed.document);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      if (await giveUpRun(engine, { runId }, delivery)) buried.push(runId);
    }
  }
  return buried;
}

/** @param attempt that the message was for; absent: it was the event's */
async function giveUpRun(
  engine: Engine,
  { runId, attempt }: { readonly runId: string; readonly attempt?: number },
  delivery: Delivery,
): Promise<boolean> {
  const stored = await engine.store.read(RUNS, runId);
  if (!stored) return false;
  const { document: run, etag } = stored;
  if (run.status === 'skipped') return giveUpLeftOut(engine, { document: run, etag });
  const isTurn = run.status === 'queued' && run.nextAttempt === attempt;
  const isClaimed = run.status === 'running' && isOf(delivery, run.claim);
  if (isTurn || isClaimed) {
    await fail(engine, stored);
    return true;
  }
  // Whoever brought it so far may not have come to what follows.
  await finishRun(engine, run);
  if (run.status === 'queued') await sendRunMessage(engine, run);
  return run.status === 'failed' && run.error.code === EXHAUSTED.code;
}

/** The process has ended each time between recording that a window takes the event in, and that. */
async function giveUpLeftOut(
  engine: Engine,
  { document, etag }: Stored<RunOf<'skipped'>>,
): Promise<boolean> {
  if (!(await isLeftOutOfWindow(engine, document))) return false;
  engine.triggerLog?.noteReopened(document.trigger);
  await fail(engine, { document: unskipRun(document, toTimestamp(engine.clock)), etag });
  return true;
}

/** Later than any delivery there was. Where it lies dead it may have another number than it had. */
function isOf({ id, sequence }: Delivery, claim: Claim): boolean {
  return (
    claim.message === id || mayTakeOver(claim, { sequence, delivery: Number.POSITIVE_INFINITY })
  );
}

async function fail(engine: Engine, { document, etag }: Stored<Run>): Promise<void> {
  if (document.status !== 'queued' && document.status !== 'running') return;
  const failed = exhaustRun(document, EXHAUSTED, toTimestamp(engine.clock));
  await replaceRun(engine, failed, etag);
  countRun(engine, document, 'failed');
  await finishRun(engine, failed);
}

function parseOrUndefined(body: string): ReturnType<typeof parseMessage> | undefined {
  try {
    return parseMessage(body);
  } catch (error) {
    if (error instanceof TerminalError) return undefined;
    throw error;
  }
}
