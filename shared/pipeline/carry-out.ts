import { RUNS } from '../collections.ts';
import type { RunOf } from '../domain/run.ts';
import { RetryableError } from '../errors.ts';
import type { Delivery, Stored } from '../ports.ts';
import { type Begun, runAttempt } from './attempt.ts';
import { ensureMessage, takeRun } from './claim.ts';
import type { Engine } from './engine.ts';

/**
 * Executes a run as far as this delivery goes: one attempt, and a message for the next. A delivery
 * with an ordering key makes all of them itself, so that what comes after it waits until the run has
 * ended.
 */
export async function carryOut(engine: Engine, begun: Begun, delivery: Delivery): Promise<void> {
  let { run } = begun;
  for (;;) {
    const queued = await runAttempt(engine, { ...begun, run });
    if (!queued) return;
    if (delivery.orderingKey === undefined) return ensureMessage(engine, queued);
    const next = await takeWhenDue(engine, queued, delivery);
    if (!next) return;
    run = next;
  }
}

async function takeWhenDue(
  engine: Engine,
  queued: RunOf<'queued'>,
  delivery: Delivery,
): Promise<Stored<RunOf<'running'>> | undefined> {
  await waitUntil(engine, Date.parse(queued.dueAt), delivery.signal);
  const stored = await engine.store.read(RUNS, queued.id);
  const run = stored?.document;
  const isStillIts = run?.status === 'queued' && run.nextAttempt === queued.nextAttempt;
  return stored && isStillIts ? takeRun(engine, stored, delivery) : undefined;
}

function waitUntil({ clock }: Engine, at: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lost = () => {
    reject(new RetryableError('lock_lost', 'the message was lost before the run was tried again'));
  };
  if (signal.aborted) lost();
  signal.addEventListener('abort', lost, { once: true });
  const cancel = clock.after(Math.max(0, at - clock.now()), resolve);
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', lost);
  });
}
