import type { RunMessage } from '../../domain/message.ts';
import { type Claim, mayTakeOver, type RunError, type RunOf } from '../../domain/run.ts';
import { exhaustRun, unskipRun } from '../../domain/run-transitions.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import {
  finishFoundRun,
  finishRun,
  type GivenUp,
  isGivenUp,
  keepDeadLetter,
} from '../completion/index.ts';
import { type Ending, type Engine, toTimestamp } from '../engine/index.ts';
import { isLeftOutOfWindow } from '../limits/index.ts';
import { replaceRun, sendRunMessage } from '../runs/index.ts';
import { countRun } from '../telemetry/index.ts';

/** Fails the run whose attempt only this message would have made, and keeps a dead letter. */
export async function giveUpRunMessage(
  engine: Ending & Pick<Engine, 'logger'>,
  message: RunMessage,
  givenUp: GivenUp,
): Promise<void> {
  const isFailed = await giveUpRun(engine, message, givenUp);
  const runIds = isFailed ? [message.runId] : [];
  await keepDeadLetter(engine, givenUp, { kind: 'run', runIds });
}

/**
 * Fails a run if nothing but this delivery would carry it on.
 * @param attempt that the message was for; absent: the message was the event's
 * @returns whether the run has failed by this, now or when it was given up before
 */
export async function giveUpRun(
  engine: Ending,
  { runId, attempt }: { readonly runId: string; readonly attempt?: number },
  { delivery, error }: Pick<GivenUp, 'delivery' | 'error'>,
): Promise<boolean> {
  const stored = await engine.store.read(RUNS, runId);
  if (!stored) return false;
  const { document: run, etag } = stored;
  if (run.status === 'skipped') return giveUpLeftOut(engine, { document: run, etag }, error);
  const isTurn = run.status === 'queued' && run.nextAttempt === attempt;
  const isClaimed = run.status === 'running' && isClaimOf(delivery, run.claim);
  if (isTurn || isClaimed) {
    await exhaust(engine, { document: run, etag }, error);
    return true;
  }
  // The delivery that brought it so far may have died before what follows.
  await finishFoundRun(engine, run);
  if (run.status === 'queued') await sendRunMessage(engine, run);
  return isGivenUp(run);
}

/**
 * Fails a run that was skipped for a window which never took its event in: the process has died
 * between the two writes each time.
 */
async function giveUpLeftOut(
  engine: Ending,
  { document, etag }: Stored<RunOf<'skipped'>>,
  error: RunError,
): Promise<boolean> {
  if (!(await isLeftOutOfWindow(engine, document))) return false;
  engine.triggerLog?.noteReopened(document.trigger);
  const queued = unskipRun(document, toTimestamp(engine.clock));
  await exhaust(engine, { document: queued, etag }, error);
  return true;
}

/**
 * Whether the claim is of an earlier delivery of this message. A dead letter comes after all of
 * them, and may have another sequence number than its message.
 */
function isClaimOf({ id, sequence }: Delivery, claim: Claim): boolean {
  const last = { sequence, delivery: Number.POSITIVE_INFINITY };
  return claim.message === id || mayTakeOver(claim, last);
}

async function exhaust(
  engine: Ending,
  { document, etag }: Stored<RunOf<'queued' | 'running'>>,
  error: RunError,
): Promise<void> {
  const failed = exhaustRun(document, error, toTimestamp(engine.clock));
  await replaceRun(engine, failed, etag);
  countRun(engine, document, 'failed');
  await finishRun(engine, failed);
}
