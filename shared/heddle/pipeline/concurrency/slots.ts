import { toLimitId } from '../../domain/ids.ts';
import type { Holder, LimitState, SlotState, Waiter } from '../../domain/limit-state.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES, WAITERS } from '../../ports/collections.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { toRunMessage } from '../runs/index.ts';

/**
 * Slots: the places in a limit. Invariants:
 *
 * 1. A run that acquires a slot holds it until it releases it or its lease ends, and renews the
 *    lease meanwhile. A process that dies keeps a slot no longer than its lease.
 * 2. A released slot is handed to the run that has waited longest, in the same write: no run that
 *    comes in between acquires it.
 * 3. A run that is handed a slot is sent a message. A run in line also has a message of its own,
 *    later, so that a hand-over that was cut off delays it and does not lose it. The exception is a
 *    run with an ordering key: its delivery waits with it, and looks again and again.
 */

/** The slots of a trigger, of one of its keys, or of one input of its actor. */
export interface Slot {
  readonly id: string;
  readonly trigger: string;
  readonly max: number;
  /** Digest of the input, for the slot that runs with the same input share. */
  readonly inputHash?: string | undefined;
}

export function createSlot(trigger: string, max: number, kind: string, key: string): Slot {
  return { id: toLimitId(kind, trigger, key), trigger, max };
}

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
  engine: Engine,
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
export function askToEnd(engine: Engine, slot: Slot, except: string): Promise<readonly string[]> {
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

export function renewSlot(engine: Engine, slotId: string, runId: string): Promise<Renewed> {
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

/** The run that releases a slot. */
export interface Leaving {
  readonly runId: string;
  /** Only the slot of an earlier attempt than this. */
  readonly before?: number | undefined;
}

/**
 * Releases a slot, and hands free slots to the runs in line. Done again it hands over nothing
 * twice, but sends their messages again to runs that have not begun.
 * @param slot with `max: 0` where its trigger is gone: no run is handed it
 */
export async function releaseSlot(
  engine: Engine,
  slot: Slot,
  { runId, before = Number.POSITIVE_INFINITY }: Leaving,
): Promise<void> {
  const handed = await updateDocument(engine.store, LIMIT_STATES, slot.id, async (found) => {
    if (found?.kind !== 'slots') return { result: [] };
    const isKept = (holder: Holder) => holder.runId !== runId || holder.attempt >= before;
    const kept = toHolders(engine, found).filter(isKept);
    const waiting = await findWaiting(engine, slot);
    const free = waiting.filter(({ id }) => !kept.some((holder) => holder.runId === id));
    const next = free.slice(0, Math.max(0, slot.max - kept.length));
    const holders = [...kept, ...next.map(({ id, attempt }) => toHolder(engine, id, attempt))];
    return { ...toWrite(engine, slot, holders), result: toHandOvers(waiting, holders) };
  });
  if (handed.length > 0) await engine.queue.send(handed);
}

/**
 * Finds the runs in line. Those that were handed a slot and have not begun still wait, and come
 * first.
 */
async function findWaiting({ store }: Engine, { id, max }: Slot): Promise<readonly Waiter[]> {
  if (max === 0) return [];
  const limit = Math.min(1000, 2 * max);
  return (await store.list(WAITERS, { where: { slot: id }, isAscending: true, limit })).items;
}

/** Makes the messages of the runs in line that hold a slot now. */
function toHandOvers(
  waiting: readonly Waiter[],
  holders: readonly Holder[],
): readonly OutgoingMessage[] {
  return waiting.flatMap(({ id, attempt, isOrdered }) => {
    const own = isOrdered ? undefined : holders.find(({ runId }) => runId === id);
    return own ? [toRunMessage(id, attempt, { turn: `place:${own.until}` })] : [];
  });
}

function toHolders({ clock }: Engine, found: LimitState | undefined): readonly Holder[] {
  if (found?.kind !== 'slots') return [];
  const now = toTimestamp(clock);
  return found.holders.filter(({ until }) => until > now);
}

function toHolder({ clock, leaseMs }: Engine, runId: string, attempt: number): Holder {
  return { runId, attempt, until: toTimestamp(clock, leaseMs) };
}

function toWrite(
  { clock, leaseMs }: Engine,
  { id, trigger }: Slot,
  holders: readonly Holder[],
): { readonly document: SlotState; readonly options: { readonly ttlSeconds: number } } {
  const document: SlotState = {
    ...{ id, kind: 'slots', trigger, updatedAt: toTimestamp(clock), holders },
  };
  // A document whose leases have all ended is not needed.
  return { document, options: { ttlSeconds: Math.ceil((2 * leaseMs) / 1000) } };
}
