import type { RunOf } from '../../domain/run.ts';
import { RUNS, WAITERS } from '../../ports/collections.ts';
import { releaseSlot, releaseSlotsOfRun, type Slot, toSlotOfRun } from '../concurrency/index.ts';
import type { Leasing, Releasing, Saving, Sending } from '../engine/index.ts';
import { takeRun } from '../runs/index.ts';
import type { Passing, Running } from './gate.ts';

/** Begins a run that has passed all gates, in the slots that it has acquired there. */
export async function beginRun(
  engine: Saving & Releasing,
  { stored: { document, etag }, slots, delivery }: Passing,
): Promise<Running | 'changed'> {
  // It leaves the line before its attempt, for which nobody may take it for a run that waits. A run
  // that was interrupted between the two writes has slots, and leaves it then.
  const isMaybeInLine = document.held !== undefined || document.slots !== undefined;
  const [run] = await Promise.all([
    takeRun(engine, { document: withSlots(document, slots), etag }, delivery),
    isMaybeInLine ? engine.store.delete(WAITERS, document.id) : false,
  ]);
  if (run) {
    await releaseOthers(engine, document, slots);
    return run;
  }
  await releaseUnlessRunning(engine, slots, document);
  return 'changed';
}

/**
 * The trigger, or the event's key or input by it, has changed: slots that the run held before go to
 * those that still wait.
 */
async function releaseOthers(
  engine: Releasing,
  run: RunOf<'queued'>,
  acquired: readonly Slot[],
): Promise<void> {
  const ids = new Set(acquired.map(({ id }) => id));
  const others = run.slots?.filter(({ id }) => !ids.has(id));
  if (others?.length) await releaseSlotsOfRun(engine, { ...run, slots: others });
}

/** Drops slots of a limit that is gone: nobody would renew them, and the attempt would be ended. */
function withSlots(run: RunOf<'queued'>, slots: readonly Slot[]): RunOf<'queued'> {
  const { slots: before = [], ...free } = run;
  // Places in throttles stay with it: slots lead recovery to a run that has not left its line.
  const own = before.filter(({ id, period }) => period && slots.every((slot) => slot.id !== id));
  const all = [...own, ...slots.map(toSlotOfRun)];
  return all.length === 0 ? free : { ...free, slots: all };
}

/** Another delivery of the run may have begun it, and then holds these very slots. */
async function releaseUnlessRunning(
  engine: Leasing & Sending,
  slots: readonly Slot[],
  run: RunOf<'queued'>,
): Promise<void> {
  if (slots.length === 0) return;
  const found = await engine.store.read(RUNS, run.id);
  const now = found?.document;
  if (now?.status === 'running') return;
  // The other delivery may have executed it: then its places in throttles are used.
  const hasBegun = now !== undefined && now.attempts.length > run.attempts.length;
  const given = hasBegun ? slots.filter(({ period }) => period === undefined) : slots;
  await releaseAcquired(engine, given, run);
}

/** Releases slots that a run has acquired for an attempt that does not begin. */
export async function releaseAcquired(
  engine: Leasing & Sending,
  slots: readonly Slot[],
  { id: runId, nextAttempt, attempts }: RunOf<'queued'>,
): Promise<void> {
  // A run that has begun holds the slot of its input until it has ended.
  const given = attempts.length === 0 ? slots : slots.filter(({ inputHash }) => !inputHash);
  for (const slot of given) await releaseSlot(engine, slot, { runId, before: nextAttempt + 1 });
}
