import { RUNS } from '../collections.ts';
import { parseMessage } from '../domain/message.ts';
import { type Claim, mayTakeOver, type Run, type RunOf } from '../domain/run.ts';
import { createQueuedRun, exhaustRun, failRun, unskipRun } from '../domain/run-transitions.ts';
import { ConflictError, TerminalError } from '../errors.ts';
import type { Delivery, Stored } from '../ports.ts';
import { ensureMessage } from './claim.ts';
import { conclude } from './conclude.ts';
import { EXHAUSTED, keepDeadLetter, keepUnreadable } from './dead-letters.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { isLeftOut } from './gather.ts';
import { countRun } from './metrics.ts';
import { type Recorded, recordEvent, toNewRun } from './record.ts';
import { failReplay } from './replay-jobs.ts';
import { insertRun, replaceRun } from './save-run.ts';
import { type Matched, selectRuns } from './select-runs.ts';

/**
 * What has to be recorded of a message that was delivered too often, before it is gone: its event, a
 * failure of every run that only this message would have carried on, and a dead letter.
 */
export async function bury(delivery: Delivery, reason: string, engine: Engine): Promise<void> {
  const message = parseOrUndefined(delivery.body);
  if (!message) return keepUnreadable(engine, delivery, reason);
  if (message.kind === 'poll') {
    // The next poll looks at the same.
    engine.logger.warn(`A poll of ${message.trigger} is left out: ${reason}`);
    return;
  }
  if (message.kind === 'run') {
    const { runId, attempt } = message;
    const isBuried = await buryRun(runId, attempt, delivery, engine);
    const runIds = isBuried ? [runId] : [];
    return keepDeadLetter(engine, delivery, reason, { kind: 'run', runIds });
  }
  if (message.kind === 'replay') {
    await failReplay(engine, message, reason);
    const { replayId } = message;
    return keepDeadLetter(engine, delivery, reason, { kind: 'replay', runIds: [], replayId });
  }
  const recorded = await recordEvent(engine, message.event);
  const { record } = recorded;
  const matched = await selectRuns(message, recorded, delivery, engine);
  const runIds = await buryEvent(matched, recorded, delivery, engine);
  await keepDeadLetter(engine, delivery, reason, { kind: 'event', runIds, eventKey: record.id });
}

/** @returns the runs that have failed by this, also those that an earlier try has failed */
async function buryEvent(
  matched: readonly Matched[],
  recorded: Recorded,
  delivery: Delivery,
  engine: Engine,
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
      await conclude(engine, failed.document);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      if (await buryRun(runId, undefined, delivery, engine)) buried.push(runId);
    }
  }
  return buried;
}

async function buryRun(
  runId: string,
  attempt: number | undefined,
  delivery: Delivery,
  engine: Engine,
): Promise<boolean> {
  const stored = await engine.store.read(RUNS, runId);
  if (!stored) return false;
  const { document: run, etag } = stored;
  if (run.status === 'skipped') return buryLeftOut({ document: run, etag }, engine);
  const isTurn = run.status === 'queued' && run.nextAttempt === attempt;
  const isClaimed = run.status === 'running' && mayTakeOver(run.claim, toLastClaim(delivery));
  if (isTurn || isClaimed) {
    await fail(stored, engine);
    return true;
  }
  // Whoever brought it so far may not have come to what follows.
  await conclude(engine, run);
  if (run.status === 'queued') await ensureMessage(engine, run);
  return run.status === 'failed' && run.error.code === EXHAUSTED.code;
}

/** The process has ended each time between recording that a window takes the event in, and that. */
async function buryLeftOut(
  { document, etag }: Stored<RunOf<'skipped'>>,
  engine: Engine,
): Promise<boolean> {
  if (!(await isLeftOut(engine, document))) return false;
  engine.triggerLog?.noteReopened(document.trigger);
  await fail({ document: unskipRun(document, toTimestamp(engine.clock)), etag }, engine);
  return true;
}

/** Later than any delivery there was. */
function toLastClaim({ sequence }: Delivery): Claim {
  return { sequence, delivery: Number.POSITIVE_INFINITY };
}

async function fail({ document, etag }: Stored<Run>, engine: Engine): Promise<void> {
  if (document.status !== 'queued' && document.status !== 'running') return;
  const failed = exhaustRun(document, EXHAUSTED, toTimestamp(engine.clock));
  await replaceRun(engine, failed, etag);
  countRun(engine, document, 'failed');
  await conclude(engine, failed);
}

function parseOrUndefined(body: string): ReturnType<typeof parseMessage> | undefined {
  try {
    return parseMessage(body);
  } catch (error) {
    if (error instanceof TerminalError) return undefined;
    throw error;
  }
}
