import type { DeadLetter } from '../../domain/dead-letter.ts';
import { reopenRun } from '../../domain/run-transitions.ts';
import { RejectedError } from '../../errors/errors.ts';
import { DEAD_LETTERS, EVENTS, RUNS } from '../../ports/collections.ts';
import { type Engine, type Saving, type Sending, toTimestamp } from '../engine/index.ts';
import { replaceRun, sendRunMessage } from '../runs/index.ts';

/**
 * Starts the runs again that a given-up message has failed, and deletes its dead letter. Each run
 * is tried at least once more, and then as often as its trigger's policy leaves.
 * @throws {RejectedError} 404 when it is not there, 409 when it has no run to start
 */
export async function resubmit(
  engine: Saving & Sending,
  id: string,
): Promise<{ runs: readonly string[] }> {
  const stored = await engine.store.read(DEAD_LETTERS, id);
  if (!stored) throw new RejectedError('dead_letter_unknown', `There is no dead letter ${id}.`);
  const { runIds } = stored.document;
  if (runIds.length === 0) {
    const message = `Nothing can be started again: ${explainNothing(stored.document)}.`;
    throw new RejectedError('nothing_to_resubmit', message);
  }
  await checkPayload(engine, stored.document);
  const runs: string[] = [];
  for (const runId of runIds) if (await reopen(engine, runId)) runs.push(runId);
  await engine.store.delete(DEAD_LETTERS, id);
  return { runs };
}

function explainNothing({ kind, replayId }: DeadLetter): string {
  if (kind === 'unreadable') return 'it cannot be read';
  return kind === 'replay' ? `resume replay "${replayId}" instead` : 'no run hangs on it';
}

/** @throws {RejectedError} 409 when the runs would have nothing to run with */
async function checkPayload(
  { store }: Pick<Engine, 'store'>,
  { runIds }: DeadLetter,
): Promise<void> {
  for (const runId of runIds) {
    const run = (await store.read(RUNS, runId))?.document;
    const event = run && (await store.read(EVENTS, run.eventKey))?.document;
    if (!run || run.event || (event && !event.isStripped)) continue;
    throw event
      ? new RejectedError(
          'event_stripped',
          `The event of run ${runId} is kept without its payload: send it again.`,
        )
      : new RejectedError(
          'event_expired',
          `The event of run ${runId} is no longer kept: send it again.`,
        );
  }
}

/**
 * Reopens a failed run. A run that is already queued, by a resubmission that was cut off, only gets
 * its message.
 */
async function reopen(engine: Saving & Sending, runId: string): Promise<boolean> {
  const stored = await engine.store.read(RUNS, runId);
  const run = stored?.document;
  if (run?.status === 'failed') {
    const queued = reopenRun(run, toTimestamp(engine.clock));
    await replaceRun(engine, queued, stored?.etag ?? '');
    await sendRunMessage(engine, queued);
    return true;
  }
  if (run?.status === 'queued') await sendRunMessage(engine, run);
  return run?.status === 'queued';
}
