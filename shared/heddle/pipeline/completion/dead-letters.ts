import type { DeadLetter } from '../../domain/dead-letter.ts';
import { toDeadLetterId } from '../../domain/ids.ts';
import type { Run, RunError, RunOf } from '../../domain/run.ts';
import { ConflictError } from '../../errors/errors.ts';
import { DEAD_LETTERS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { type Engine, toDefaultTtl, toTimestamp } from '../engine/index.ts';

type Writing = Pick<Engine, 'store' | 'retentionDays' | 'telemetry'>;
type Keeping = Writing & Pick<Engine, 'clock' | 'logger'>;

/** Characters of an unreadable message that are kept: enough to see what it was. */
const MAX_BODY_CHARS = 16_384;

/** Error of a run that was given up with its message. The run may be started again. */
export const EXHAUSTED = {
  code: 'deliveries_exhausted',
  message: 'the process ended, or could not record the run, at every delivery of its message',
};

/** Error of a run that was given up because the process died of it. The run may be started again. */
export const DIED = {
  code: 'process_died',
  message:
    'the process died, or was ended as it was blocked, each time that this run was alone in it',
};

/** Whether the run was given up with its message. */
export function isGivenUp(run: Run): boolean {
  const code = run.status === 'failed' ? run.error.code : undefined;
  return code === EXHAUSTED.code || code === DIED.code;
}

type Kept = Pick<DeadLetter, 'kind' | 'runIds'> &
  Partial<Pick<DeadLetter, 'body' | 'eventKey' | 'replayId'>>;

/** A message that was delivered too often, or cannot be read. */
export interface GivenUp {
  readonly delivery: Delivery;
  readonly reason: string;
  /** Error of the runs that fail with it. */
  readonly error: RunError;
}

/** Keeps a message that is given up as a dead letter. Done again it changes nothing. */
export async function keepDeadLetter(
  engine: Keeping,
  { delivery: { id: messageId, sequence, deliveryCount }, reason }: Omit<GivenUp, 'error'>,
  kept: Kept,
): Promise<void> {
  const id = toDeadLetterId(messageId, sequence);
  const deadLetteredAt = toTimestamp(engine.clock);
  const ids = { messageId, deadLetter: id, eventKey: kept.eventKey, runId: kept.runIds[0] };
  engine.logger.error(`A message is given up: ${reason}`, { ...ids, deliveryCount });
  const letter = { id, deadLetteredAt, reason, messageId, deliveryCount, ...kept };
  // Of the kind `run` are runs that have failed by themselves: the alerts tell the two apart.
  const kind = kept.kind === 'run' ? 'run-message' : kept.kind;
  const isNew = await write(engine, letter, kind);
  if (!isNew && (await isOfEarlierDelivery(engine, letter))) count(engine, kind);
}

/**
 * Keeps a run that has failed for good as a dead letter, where failures are looked for.
 * @returns false where it was kept before
 */
export function keepFailedRun(engine: Writing, run: RunOf<'failed'>): Promise<boolean> {
  const { id: runId, error, attempts, eventKey, endedAt: deadLetteredAt } = run;
  const messageId = `run:${runId}`;
  const id = toDeadLetterId(messageId, attempts.length);
  const reason = `${error.code}: ${error.message}`;
  const deliveryCount = attempts.length;
  const about = { kind: 'run', eventKey, runIds: [runId] } as const;
  const letter = { id, deadLetteredAt, reason, messageId, deliveryCount, ...about };
  return write(engine, letter, 'run');
}

/** @returns false where it was kept before: then it is not counted */
async function write(engine: Writing, letter: DeadLetter, kind: string): Promise<boolean> {
  try {
    await engine.store.create(DEAD_LETTERS, letter, toDefaultTtl(engine));
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
  count(engine, kind);
  return true;
}

/** The process that has kept it may have died before its counts were sent: it is counted again. */
async function isOfEarlierDelivery({ store }: Writing, { id, deliveryCount }: DeadLetter) {
  const kept = await store.read(DEAD_LETTERS, id);
  return kept !== undefined && kept.document.deliveryCount < deliveryCount;
}

function count({ telemetry }: Writing, kind: string): void {
  telemetry?.count('heddle.dead_letters', 1, { kind });
}

export async function keepUnreadable(
  engine: Keeping & Pick<Engine, 'redact'>,
  delivery: Delivery,
  reason: string,
): Promise<void> {
  const body = engine.redact(delivery.body).slice(0, MAX_BODY_CHARS);
  await keepDeadLetter(engine, { delivery, reason }, { kind: 'unreadable', runIds: [], body });
}
