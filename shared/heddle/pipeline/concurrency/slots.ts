import type { Holder, LimitState } from '../../domain/limit-state.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES } from '../../ports/collections.ts';
import { updateDocument } from '../documents/index.ts';
import { type Leasing, toTimestamp } from '../engine/index.ts';
import { type Slot, toHolder, toHolders, toWrite } from './slot-state.ts';

/**
 * A slot is one of the places that a limit has. Invariants:
 *
 * 1. A run that acquires a slot holds it until it releases it or its lease ends, and renews the
 *    lease meanwhile. A process that dies keeps a slot no longer than its lease.
 * 2. A released slot is handed to the run that has waited longest, in the same write: no run that
 *    comes in between acquires it.
 * 3. A run that is handed a slot is sent a message. A run in line also has a message of its own,
 *    later, so that a hand-over that was cut off delays it and does not lose it. The exception is a
 *    run with an ordering key: its delivery waits with it, and checks for one again and again.
 */

export interface Acquired {
  readonly isAcquired: boolean;
  /** Runs that hold the slots, where none is left. */
  readonly holders: readonly Holder[];
}

/**
 * Acquires a slot, or finds that the run holds one already. Where the limit was lowered since, the
 * run may hold a slot too many: it is released.
 */
export function acquireSlot(
  engine: Leasing,
  slot: Slot,
  { id: runId, nextAttempt }: RunOf<'queued'>,
): Promise<Acquired> {
  return updateDocument<LimitState, Acquired>(engine.store, LIMIT_STATES, slot.id, (found) => {
    const holders = toHolders(engine, found);
    const others = holders.filter((holder) => holder.runId !== runId);
    const isHolder = others.length < holders.length;
    const at = isHolder ? holders.findIndex((holder) => holder.runId === runId) : holders.length;
    if (at >= slot.max) {
      const result = { isAcquired: false, holders: others };
      return isHolder ? { ...toWrite(engine, slot, others), result } : { result };
    }
    const next = others.toSpliced(at, 0, toHolder(engine, runId, nextAttempt));
    return { ...toWrite(engine, slot, next), result: { isAcquired: true, holders: [] } };
  });
}

/** Asks the runs that hold the slots to end. */
export function askToEnd(engine: Leasing, slot: Slot, except: string): Promise<readonly string[]> {
  return updateDocument(engine.store, LIMIT_STATES, slot.id, (found) => {
    const holders = toHolders(engine, found);
    const asked = holders.filter(({ runId }) => runId !== except);
    const next = holders.map((holder) =>
      holder.runId === except ? holder : { ...holder, isCancelled: true as const },
    );
    return { ...toWrite(engine, slot, next), result: asked.map(({ runId }) => runId) };
  });
}

/**
 * `cancelled`: the run is asked to end, and holds the slot until it does. `gone`: it holds it no
 * longer.
 */
export type Renewed = 'held' | 'cancelled' | 'gone';

export function renewSlot(engine: Leasing, slotId: string, runId: string): Promise<Renewed> {
  return updateDocument(engine.store, LIMIT_STATES, slotId, (found) => {
    const holders = toHolders(engine, found);
    const own = holders.find((holder) => holder.runId === runId);
    if (!own || found?.kind !== 'slots') return { result: 'gone' };
    const renewed = { ...own, until: toTimestamp(engine.clock, engine.leaseMs) };
    const next = holders.map((holder) => (holder === own ? renewed : holder));
    const slot = { id: slotId, trigger: found.trigger, max: 0 };
    return { ...toWrite(engine, slot, next), result: own.isCancelled ? 'cancelled' : 'held' };
  });
}
