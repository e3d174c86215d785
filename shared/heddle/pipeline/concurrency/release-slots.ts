import type { Run } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Engine, Leasing, Releasing, Sending } from '../engine/index.ts';
import { handOver, type Leaving } from './hand-over.ts';
import type { Slot } from './slot-state.ts';
import { toMax } from './slots-of-run.ts';

/** Releases the slots of a run, with those that it was handed for an attempt that has not begun. */
export async function releaseAllSlotsOfRun(engine: Releasing, run: Run): Promise<void> {
  const before = run.status === 'queued' ? run.nextAttempt + 1 : undefined;
  await releaseSlotsOfRun(engine, run, before);
}

/**
 * Releases the slots of a run. Its trigger as it is now says how many slots there are.
 * @param before only slots of earlier attempts than this
 */
export async function releaseSlotsOfRun(
  engine: Releasing,
  run: Run,
  before?: number,
): Promise<void> {
  const { id: runId, trigger, slots = [] } = run;
  for (const slot of slots) {
    // A place of a throttle is used for its period once the run has begun.
    if (slot.period !== undefined && hasBegun(run)) continue;
    await releaseSlot(engine, toPresentSlot(engine, { ...slot, trigger }), { runId, before });
  }
}

function hasBegun({ status, attempts }: Run): boolean {
  return status === 'running' || attempts.length > 0;
}

/** Runs that wait for a throttle that is gone: so many go on at a time. */
const MAX_AT_ONCE = 100;

/** The slot with as many places as its trigger has by now. */
export function toPresentSlot({ presentTrigger }: Pick<Engine, 'presentTrigger'>, slot: Slot) {
  const present = slot.inputHash === undefined ? presentTrigger(slot.trigger) : undefined;
  return { ...slot, max: (present && toPresentMax(present, slot)) || slot.max };
}

function toPresentMax(present: Trigger, { period, limit: name }: Slot): number | undefined {
  const { limit, throttle } = present;
  if (name === undefined) {
    return period === undefined ? toMax(present) : (throttle?.limit ?? MAX_AT_ONCE);
  }
  // Others may share the limit that this trigger has left.
  if (typeof limit !== 'object' || limit.name !== name) return undefined;
  return period === undefined ? limit.maxConcurrent : limit.throttle?.limit;
}

/** Releases a slot, and hands free slots to the runs in line. */
export function releaseSlot(
  engine: Leasing & Sending,
  slot: Slot,
  leaving: Leaving,
): Promise<void> {
  return handOver(engine, slot, leaving);
}
