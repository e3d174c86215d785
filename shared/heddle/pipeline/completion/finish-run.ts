import { COMPLETION_SOURCE, toCompletion } from '../../domain/completion.ts';
import { isEnded, type Run, type RunOf } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import { leaveLine, releaseSlotsOfRun } from '../concurrency/index.ts';
import type { Engine } from '../engine/index.ts';
import { enqueueEvent } from '../events/index.ts';
import { EXHAUSTED, keepFailedRun } from './dead-letters.ts';

/**
 * What follows from an attempt that has ended, once that is recorded: a failure is kept where somebody
 * looks for it, what waits for the run's end hears of it, and its places go to others. These come last:
 * by a place, or a place in line, a run is found whose end somebody else has recorded and then was cut
 * off. Done again it changes nothing.
 */
export async function finishRun(engine: Engine, run: Run): Promise<void> {
  if (run.status === 'running') return;
  if (isEnded(run) && run.status !== 'skipped') await announce(engine, run);
  await releaseSlots(engine, run);
}

/** Of a run that an attempt has found to be another's. */
export async function finishOtherRun(engine: Engine, runId: string): Promise<void> {
  const run = (await engine.store.read(RUNS, runId))?.document;
  if (run && isEnded(run)) await finishRun(engine, run);
}

type Told = RunOf<'succeeded' | 'failed' | 'cancelled'>;

async function announce(engine: Engine, run: Told): Promise<void> {
  // A message that was given up is kept itself.
  const isKept = run.status !== 'failed' || run.error.code === EXHAUSTED.code;
  if (!isKept) await keepFailedRun(engine, run);
  if (hasListeners(engine, run)) await enqueueEvent(engine, COMPLETION_SOURCE, toCompletion(run));
}

async function releaseSlots(engine: Engine, run: Run): Promise<void> {
  // One that waits has no place to give back, unless it was handed one meanwhile.
  if (run.status === 'queued' && run.held) return;
  // First, or it would be handed its own place again.
  if (isEnded(run)) await leaveLine(engine, run);
  // Its next attempt may have a place already, by another message.
  const before = run.status === 'queued' ? run.nextAttempt : undefined;
  await releaseSlotsOfRun(engine, run, before);
}

/** Nobody is told of what nobody waits for. */
function hasListeners({ triggers }: Engine, run: Told) {
  return triggers
    .findCandidates(COMPLETION_SOURCE, run.status)
    .some(
      ({ sourceActor = run.actor, sourceTrigger = run.trigger }) =>
        sourceActor === run.actor && sourceTrigger === run.trigger,
    );
}
