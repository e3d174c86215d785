import type { Run, RunOf } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { finishOtherRun, finishRun } from '../completion/index.ts';
import { renewSlots } from '../concurrency/index.ts';
import { type Engine, type Leasing, waitUntil } from '../engine/index.ts';
import type { Advancing } from '../limits/index.ts';
import { sendRunMessage } from '../runs/index.ts';
import { advanceRun } from './advance-run.ts';
import { type Attempting, type Begun, runAttempt } from './run-attempt.ts';

/**
 * Executes a run as far as this delivery goes: one attempt, and a message for the next. A delivery
 * with an ordering key makes all attempts itself, so that what comes after it waits until the run
 * has ended.
 */
export async function executeRun(
  engine: Engine,
  begun: Omit<Begun, 'signals'>,
  delivery: Delivery,
): Promise<void> {
  let { run } = begun;
  for (;;) {
    const ended = await runOnce(engine, { ...begun, run }, delivery);
    if (!ended) return finishOtherRun(engine, run.document.id);
    await finishRun(engine, ended);
    if (ended.status !== 'queued') return;
    if (delivery.orderingKey === undefined) return sendRunMessage(engine, ended);
    const next = await takeWhenDue(engine, ended, { ...begun, delivery });
    if (!next) return;
    run = next;
  }
}

/** Makes one attempt, which can be asked to end and keeps its slots meanwhile. */
async function runOnce(
  engine: Attempting & Leasing & Pick<Engine, 'inFlight'>,
  begun: Omit<Begun, 'signals'>,
  delivery: Delivery,
): Promise<Run | undefined> {
  const { document: run } = begun.run;
  const attempt = engine.inFlight.begin(run.id);
  const stopRenewing = renewSlots(engine, run, attempt.abort);
  try {
    return await runAttempt(engine, { ...begun, signals: [attempt.signal, delivery.signal] });
  } finally {
    stopRenewing();
    attempt.end();
  }
}

async function takeWhenDue(
  engine: Engine,
  queued: RunOf<'queued'>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  await waitUntil(engine, Date.parse(queued.dueAt), advancing.delivery.signal);
  const stored = await engine.store.read(RUNS, queued.id);
  const run = stored?.document;
  if (run?.status !== 'queued' || run.nextAttempt !== queued.nextAttempt) return undefined;
  return advanceRun(engine, { document: run, etag: stored?.etag ?? '' }, advancing);
}
