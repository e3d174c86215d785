import { RUNS } from '../collections.ts';
import type { Run, RunOf } from '../domain/run.ts';
import type { Delivery, Stored } from '../ports.ts';
import { advance } from './advance.ts';
import { type Begun, runAttempt } from './attempt.ts';
import type { Advancing } from './begin.ts';
import { ensureMessage } from './claim.ts';
import { conclude, concludeOther } from './conclude.ts';
import type { Engine } from './engine.ts';
import { keepPlaces } from './keep-places.ts';
import { waitUntil } from './wait-until.ts';

/**
 * Executes a run as far as this delivery goes: one attempt, and a message for the next. A delivery
 * with an ordering key makes all of them itself, so that what comes after it waits until the run has
 * ended.
 */
export async function carryOut(
  engine: Engine,
  begun: Omit<Begun, 'signals'>,
  delivery: Delivery,
): Promise<void> {
  let { run } = begun;
  for (;;) {
    const ended = await runOnce(engine, { ...begun, run }, delivery);
    if (!ended) return concludeOther(engine, run.document.id);
    await conclude(engine, ended);
    if (ended.status !== 'queued') return;
    if (delivery.orderingKey === undefined) return ensureMessage(engine, ended);
    const next = await takeWhenDue(engine, ended, { ...begun, delivery });
    if (!next) return;
    run = next;
  }
}

/** One attempt, which can be asked to end and keeps its places meanwhile. */
async function runOnce(
  engine: Engine,
  begun: Omit<Begun, 'signals'>,
  delivery: Delivery,
): Promise<Run | undefined> {
  const { document: run } = begun.run;
  const attempt = engine.inFlight.begin(run.id);
  const stopKeeping = keepPlaces(engine, run, attempt.abort);
  try {
    return await runAttempt(engine, { ...begun, signals: [attempt.signal, delivery.signal] });
  } finally {
    stopKeeping();
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
  return advance(engine, { document: run, etag: stored?.etag ?? '' }, advancing);
}
