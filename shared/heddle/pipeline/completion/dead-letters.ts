import type { DeadLetter } from '../../domain/dead-letter.ts';
import { toDeadLetterId } from '../../domain/ids.ts';
import type { RunOf } from '../../domain/run.ts';
import { reopenRun } from '../../domain/run-transitions.ts';
import { ConflictError, RejectedError } from '../../errors/errors.ts';
import { DEAD_LETTERS, EVENTS, RUNS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { type Engine, toTimestamp } from '../engine/engine.ts';
import { toDefaultTtl } from '../engine/retention.ts';
import { ensureMessage } from '../runs/claim-run.ts';
import { replaceRun } from '../runs/save-run.ts';

/** Of a message that cannot be read: enough to see what it was. */
const MAX_BODY_CHARS = 16_384;

/** Why a run failed that was buried with its message, and may be started again. */
export const EXHAUSTED = {
  code: 'deliveries_exhausted',
  message: 'the process ended, or could not record the run, at every delivery of its message',
};

type Kept = Pick<DeadLetter, 'kind' | 'runIds'> &
  Partial<Pick<DeadLetter, 'body' | 'eventKey' | 'replayId'>>;

/** Keeps what is to be known of a message that is given up; a second time changes nothing. */
export async function keepDeadLetter(
  engine: Engine,
  { id: messageId, sequence, deliveryCount }: Delivery,
  reason: string,
  kept: Kept,
): Promise<void> {
  const id = toDeadLetterId(messageId, sequence);
  const deadLetteredAt = toTimestamp(engine.clock);
  const ids = { messageId, deadLetter: id, eventKey: kept.eventKey, runId: kept.runIds[0] };
  engine.logger.error(`A message is given up: ${reason}`, { ...ids, deliveryCount });
  await write(engine, { id, deadLetteredAt, reason, messageId, deliveryCount, ...kept });
}

/** Keeps a run that has failed for good where failures are looked for. */
export async function keepFailedRun(engine: Engine, run: RunOf<'failed'>): Promise<void> {
  const { id: runId, error, attempts, eventKey, endedAt: deadLetteredAt } = run;
  const messageId = `run:${runId}`;
  const id = toDeadLetterId(messageId, attempts.length);
  const reason = `${error.code}: ${error.message}`;
  const deliveryCount = attempts.length;
  const about = { kind: 'run', eventKey, runIds: [runId] } as const;
  await write(engine, { id, deadLetteredAt, reason, messageId, deliveryCount, ...about });
}

async function write(engine: Engine, letter: DeadLetter): Promise<void> {
  try {
    await engine.store.create(DEAD_LETTERS, letter, toDefaultTtl(engine));
    engine.telemetry?.count('heddle.dead_letters', 1, { kind: letter.kind });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}

export async function keepUnreadable(
  engine: Engine,
  delivery: Delivery,
  reason: string,
): Promise<void> {
  const body = engine.redact(delivery.body).slice(0, MAX_BODY_CHARS);
  await keepDeadLetter(engine, delivery, reason, { kind: 'unreadable', runIds: [], body });
}

/**
 * Starts the runs again that a given-up message has failed, and forgets the message. Each run is tried
 * once more at least, and then as often as its trigger's policy leaves.
 * @throws {RejectedError} 404 when it is not there, 409 when it has no run to start
 */
export async function resubmit(engine: Engine, id: string): Promise<{ runs: readonly string[] }> {
  const stored = await engine.store.read(DEAD_LETTERS, id);
  if (!stored)
    throw new RejectedError(404, 'dead_letter_unknown', `There is no dead letter ${id}.`);
  const { runIds } = stored.document;
  if (runIds.length === 0) {
    const message = `Nothing can be started again: ${explainNothing(stored.document)}.`;
    throw new RejectedError(409, 'nothing_to_resubmit', message);
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
async function checkPayload({ store }: Engine, { runIds }: DeadLetter): Promise<void> {
  for (const runId of runIds) {
    const run = (await store.read(RUNS, runId))?.document;
    const event = run && (await store.read(EVENTS, run.eventKey))?.document;
    if (!run || run.event || (event && !event.isStripped)) continue;
    const message = `The event of run ${runId} is kept without its payload, or no longer: send it again.`;
    throw new RejectedError(409, 'event_gone', message);
  }
}

/** Of a run that is queued already, by a resubmission that was cut off, only the message is sent. */
async function reopen(engine: Engine, runId: string): Promise<boolean> {
  const stored = await engine.store.read(RUNS, runId);
  const run = stored?.document;
  if (run?.status === 'failed') {
    const queued = reopenRun(run, toTimestamp(engine.clock));
    await replaceRun(engine, queued, stored?.etag ?? '');
    await ensureMessage(engine, queued);
    return true;
  }
  if (run?.status === 'queued') await ensureMessage(engine, run);
  return run?.status === 'queued';
}
