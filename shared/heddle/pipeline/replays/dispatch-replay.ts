import type { ReplayMessage } from '../../domain/message.ts';
import { passTurn, type ReplayJob } from '../../domain/replay-job.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { RejectedError } from '../../errors/errors.ts';
import { REPLAYS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import {
  type Engine,
  type Matching,
  type Saving,
  type Sending,
  type Storing,
  toTimestamp,
} from '../engine/index.ts';
import { queueRuns } from '../runs/index.ts';
import { planEvent } from './replay-event.ts';
import { changeJob, sendTurn } from './replay-jobs.ts';
import { type Found, findReplayed } from './replay-query.ts';
import { planRun, type Replaying } from './replay-run.ts';

type Requeuing = Matching & Saving & Sending & Pick<Engine, 'versions'>;

/**
 * Handles the message of a turn of a replay by query. Invariants:
 *
 * 1. A turn makes its page, then writes the job, then sends the message of the next turn: after a
 *    crash the page is made again, and finds its runs by their ids.
 * 2. The job says which turn is due. The message of an earlier one does nothing; redelivered, it
 *    sends the message that its handler may not have sent.
 * 3. A turn makes no more than a second's worth, and the next is not due before that second is
 *    over.
 */
export async function dispatchReplay(
  engine: Requeuing & Pick<Engine, 'logger'>,
  { replayId, turn }: ReplayMessage,
  delivery: Delivery,
): Promise<void> {
  const job = (await engine.store.read(REPLAYS, replayId))?.document;
  if (job?.status !== 'running') return;
  if (job.turn !== turn) {
    if (delivery.deliveryCount > 1) await sendTurn(engine, job);
    return;
  }
  const gone = await replayPage(engine, job);
  const next = await changeJob(engine, replayId, (found) =>
    found.turn === turn ? passTurn(found, gone, toTimestamp(engine.clock)) : undefined,
  );
  if (next?.status === 'running') await sendTurn(engine, next);
  if (next?.status === 'done') logEnd(engine, next);
}

type Gone = Parameters<typeof passTurn>[1];

async function replayPage(engine: Requeuing, job: ReplayJob): Promise<Gone> {
  const startedAt = engine.clock.now();
  await engine.states.refresh();
  const { query, rate, continuation } = job;
  const page = await findReplayed(engine, query, { limit: rate, continuation });
  const plans = await Promise.all(page.items.map((found) => plan(engine, job, found)));
  const planned = plans.flatMap(({ runs }) => runs);
  const runs = await queueRuns(engine, planned);
  const dueAt = new Date(startedAt + (1000 * page.items.length) / rate).toISOString();
  return {
    ...{ replayed: page.items.length, runs: countMade(runs, planned), dueAt },
    omitted: countOmitted(plans),
    continuation: page.continuation,
  };
}

interface Plan {
  readonly runs: readonly RunOf<'queued'>[];
  /** Code of the reason that there are none. */
  readonly omitted?: string | undefined;
}

async function plan(
  engine: Matching & Storing & Pick<Engine, 'versions'>,
  { id, uses, query }: ReplayJob,
  found: Found,
): Promise<Plan> {
  const replaying: Replaying = { id, uses, isByQuery: true };
  try {
    if (found.kind === 'event') {
      const { runs, faults } = await planEvent(engine, found.record, replaying, query.trigger);
      if (runs.length > 0) return { runs };
      return { runs, omitted: faults[0]?.code ?? 'nothing_matched' };
    }
    if (isTakenIn(found.run)) return { runs: [], omitted: 'taken_in' };
    return { runs: [await planRun(engine, found.run, replaying)] };
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    return { runs: [], omitted: error.code };
  }
}

/** Whether the run's event belongs to the run of a window, with which it is replayed. */
function isTakenIn(run: Run): boolean {
  const held = run.status === 'skipped' ? run.held : undefined;
  return held?.limit === 'debounce' || held?.limit === 'batch';
}

/**
 * Counts each run once. A run and an earlier replay of it have the same event and trigger, and so
 * the same new run.
 */
function countMade(runs: readonly Run[], planned: readonly RunOf<'queued'>[]): number {
  const origins = new Map(runs.map(({ id, replay }) => [id, replay?.runId]));
  return planned.filter(({ id, replay }) => origins.has(id) && origins.get(id) === replay?.runId)
    .length;
}

function countOmitted(plans: readonly Plan[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { omitted } of plans) {
    if (omitted !== undefined) counts[omitted] = (counts[omitted] ?? 0) + 1;
  }
  return counts;
}

function logEnd(
  { logger }: Pick<Engine, 'logger'>,
  { id: replay, replayed, runs }: ReplayJob,
): void {
  logger.info('A replay has ended', { replay, replayed, runs });
}
