import { COMPLETION_SOURCE, toCompletion } from '../../domain/completion.ts';
import { isEnded, type Run, type RunOf } from '../../domain/run.ts';
import { RUNS } from '../../ports/collections.ts';
import { leaveLine, releaseSlotsOfRun } from '../concurrency/index.ts';
import type { Engine, Finishing, Releasing } from '../engine/index.ts';
import { enqueueEvent } from '../events/index.ts';
import { countRun } from '../telemetry/index.ts';
import { isGivenUp, keepFailedRun } from './dead-letters.ts';

/**
 * Does everything that follows from the recorded end of an attempt: keeps a failure as a dead
 * letter, sends the completion event, and releases the slots. Slots, and the run's place in line,
 * come last: a slot still held leads recovery to a run whose end was recorded but not followed up.
 * Done again it changes nothing. A run that waits for its retry keeps the slot of its input.
 */
export function finishRun(engine: Finishing, run: Run): Promise<void> {
  return finish(engine, run, () => undefined);
}

/**
 * As {@link finishRun}, where another delivery has recorded the end. A failure that has no dead
 * letter yet is counted: the process that recorded it may have died before its counts were sent. A
 * count too many is better than none, since alerts read it.
 */
export function finishFoundRun(engine: Finishing, run: Run): Promise<void> {
  return finish(engine, run, () => countRun(engine, run, 'failed'));
}

/** Follows up the end of a run that an attempt has found to be another's. */
export async function finishOtherRun(engine: Finishing, runId: string): Promise<void> {
  const run = (await engine.store.read(RUNS, runId))?.document;
  if (run && isEnded(run)) await finishFoundRun(engine, run);
}

async function finish(engine: Finishing, run: Run, onKept: () => void): Promise<void> {
  if (run.status === 'running') return;
  if (isEnded(run) && run.status !== 'skipped') await announce(engine, run, onKept);
  await releaseSlots(engine, run);
}

type Announced = RunOf<'succeeded' | 'failed' | 'cancelled'>;

async function announce(engine: Finishing, run: Announced, onKept: () => void): Promise<void> {
  // The dead letter of a run that was given up is that of its message.
  const isKept = run.status !== 'failed' || isGivenUp(run);
  if (!isKept && (await keepFailedRun(engine, run))) onKept();
  if (hasListeners(engine, run)) await enqueueEvent(engine, COMPLETION_SOURCE, toCompletion(run));
}

async function releaseSlots(engine: Releasing, run: Run): Promise<void> {
  // A run in line holds no slot, unless it was handed one meanwhile.
  if (run.status === 'queued' && run.held) return;
  // The run leaves its line first, or it would be handed its own slot again.
  if (isEnded(run)) await leaveLine(engine, run);
  // The next attempt may hold a slot already, by another message.
  if (run.status !== 'queued') return releaseSlotsOfRun(engine, run);
  // The slot of its input is the run's until it has ended.
  const slots = run.slots?.filter(({ inputHash }) => inputHash === undefined);
  await releaseSlotsOfRun(engine, { ...run, slots }, run.nextAttempt);
}

/** False where no trigger waits for this completion: then no event is sent. */
function hasListeners({ triggers }: Pick<Engine, 'triggers'>, run: Announced) {
  return triggers
    .findCandidates(COMPLETION_SOURCE, run.status)
    .some(
      ({ sourceActor = run.actor, sourceTrigger = run.trigger }) =>
        sourceActor === run.actor && [sourceTrigger].flat().includes(run.trigger),
    );
}
