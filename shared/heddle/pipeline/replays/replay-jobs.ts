import { randomUUID } from 'node:crypto';
import { toReplayId } from '../../domain/ids.ts';
import { type ReplayMessage, toReplayMessageId } from '../../domain/message.ts';
import {
  createReplayJob,
  type ReplayJob,
  type ReplayQuery,
  resumeReplayJob,
  stopReplay,
} from '../../domain/replay-job.ts';
import { ConflictError, RejectedError } from '../../errors/errors.ts';
import { REPLAYS } from '../../ports/collections.ts';
import type { WriteOptions } from '../../ports/document-store.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, type Sending, type Storing, toTimestamp } from '../engine/index.ts';
import { type Preview, previewReplay } from './replay-query.ts';
import type { ReplayAsk } from './replay-run.ts';

export interface QueryAsk extends ReplayAsk {
  readonly query: Omit<ReplayQuery, 'until'> & Partial<Pick<ReplayQuery, 'until'>>;
  readonly rate: number;
  /** True: the query's results are only counted. */
  readonly preview: boolean;
}

/**
 * Begins a replay by query, or previews it. The job is recorded, and the message of its first turn
 * sent; the turns do the rest.
 * @throws {RejectedError} 422 `trigger_not_found`
 */
export async function startReplay(
  engine: Storing & Sending & Pick<Engine, 'triggers'>,
  ask: QueryAsk,
): Promise<Preview | ReplayJob> {
  const { uses, rate, key = randomUUID() } = ask;
  const query = toQuery(engine, ask);
  const preview = await previewReplay(engine, query);
  if (ask.preview) return preview;
  const { found, isMore } = preview;
  const id = toReplayId('query', JSON.stringify([ask.query, uses, rate]), key);
  const fresh = createReplayJob(
    { id, query, uses, rate, found, isMore },
    toTimestamp(engine.clock),
  );
  const job = await createOnce(engine, fresh);
  // A job that is already there may have been recorded before its message was sent.
  if (job.status === 'running') await sendTurn(engine, job);
  return job;
}

/** Ends the query at the present: events that arrive from now on are not part of it. */
function toQuery(
  { triggers, clock }: Pick<Engine, 'clock' | 'triggers'>,
  { query, uses }: QueryAsk,
): ReplayQuery {
  const now = toTimestamp(clock);
  const until = query.until !== undefined && query.until < now ? query.until : now;
  if (query.trigger === undefined || uses === 'original') return { ...query, until };
  const trigger = triggers.get(query.trigger);
  if (trigger) return { source: trigger.source, ...query, until };
  const message = `query.trigger: there is no trigger "${query.trigger}" at present; with uses: original its runs are made again as it was.`;
  throw new RejectedError('trigger_not_found', message, { status: 422 });
}

async function createOnce({ store }: Pick<Engine, 'store'>, job: ReplayJob): Promise<ReplayJob> {
  try {
    return (await store.create(REPLAYS, job)).document;
  } catch (error) {
    const found = error instanceof ConflictError ? await store.read(REPLAYS, job.id) : undefined;
    if (!found) throw error;
    return found.document;
  }
}

/**
 * Stops a replay: no further event is replayed, except those of a turn that is under way. Runs that
 * were made stay.
 * @throws {RejectedError} 404 `replay_not_found`, 409 `replay_done`
 */
export async function abortReplay(
  engine: Storing & Pick<Engine, 'retentionDays'>,
  id: string,
): Promise<ReplayJob> {
  const now = toTimestamp(engine.clock);
  const job = await changeJob(engine, id, (found) =>
    found.status === 'running' ? stopReplay(found, now) : undefined,
  );
  return assertNotDone(id, job);
}

/**
 * Resumes a replay where it stopped, whatever stopped it.
 * @throws {RejectedError} 404 `replay_not_found`, 409 `replay_done`
 */
export async function resumeReplay(
  engine: Storing & Sending & Pick<Engine, 'retentionDays'>,
  id: string,
): Promise<ReplayJob> {
  const now = toTimestamp(engine.clock);
  const job = await changeJob(engine, id, (found) =>
    found.status === 'done' ? undefined : resumeReplayJob(found, now),
  );
  const resumed = assertNotDone(id, job);
  await sendTurn(engine, resumed);
  return resumed;
}

function assertNotDone(id: string, job: ReplayJob | undefined): ReplayJob {
  if (!job) throw new RejectedError('replay_not_found', `There is no replay "${id}".`);
  if (job.status !== 'done') return job;
  throw new RejectedError('replay_done', `Replay "${id}" is done: begin another one.`);
}

/**
 * Changes a job.
 * @param toNext undefined: nothing is written
 * @returns the job as it is now
 */
export function changeJob(
  engine: Pick<Engine, 'store' | 'retentionDays'>,
  id: string,
  toNext: (found: ReplayJob) => ReplayJob | undefined,
): Promise<ReplayJob | undefined> {
  return updateDocument<ReplayJob, ReplayJob | undefined>(engine.store, REPLAYS, id, (found) => {
    const document = found && toNext(found);
    if (!document) return { result: found };
    return { document, options: toJobTtl(engine, document), result: document };
  });
}

/** A running job stays, however long it takes. */
function toJobTtl({ retentionDays }: Pick<Engine, 'retentionDays'>, job: ReplayJob): WriteOptions {
  return job.status === 'running' ? {} : { ttlSeconds: retentionDays * 86_400 };
}

/** Sends the message of the turn that is due. */
export async function sendTurn({ queue, clock }: Sending, job: ReplayJob): Promise<void> {
  const message: ReplayMessage = { kind: 'replay', replayId: job.id, turn: job.turn };
  const delayMs = Math.max(0, Date.parse(job.dueAt) - clock.now());
  await queue.send([{ id: toReplayMessageId(message), body: JSON.stringify(message), delayMs }]);
}
