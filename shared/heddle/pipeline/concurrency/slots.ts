import { toLimitId } from '../../domain/ids.ts';
import type { Holder, LimitState, SlotState, Waiter } from '../../domain/limit-state.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES, WAITERS } from '../../ports/collections.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import { updateDocument } from '../documents/index.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';
import { toRunMessage } from '../runs/index.ts';

/**
 * Places among so many at once. Invariants:
 *
 * 1. A place belongs to a run until it gives it back or its lease ends; who has it renews the lease.
 *    A process that dies leaves a place no longer than its lease.
 * 2. A place that is given back goes to the run that waits longest, in the same write: nobody who
 *    comes in between takes it.
 * 3. Whoever is handed a place is sent a message. Whoever waits has a message of its own as well,
 *    later, so that a hand-over that was cut off delays it and does not lose it. But for a run that
 *    waits in an order: it is its delivery's, which looks again and again.
 */

/** The places of a trigger, of one of its keys, or of one input of its actor. */
export interface Slot {
  readonly id: string;
  readonly trigger: string;
  readonly max: number;
  /** Of the place that runs of the same input share. */
  readonly inputHash?: string | undefined;
}

export function createSlot(trigger: string, max: number, kind: string, key: string): Slot {
  return { id: toLimitId(kind, trigger, key), trigger, max };
}

export interface Acquired {
  readonly isAcquired: boolean;
  /** Who has the places, where none is left. */
  readonly holders: readonly Holder[];
}

/**
 * Takes a place, or finds that the run has one already. That does not count where there are fewer than
 * there were: then it is given back.
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

/** Asks the runs that have the places to end. */
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

/** `cancelled`: it is asked to end, and has the place until it does. `gone`: somebody else has it. */
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

/** Whose places are given back. */
export interface Leaving {
  readonly runId: string;
  /** Only those of earlier attempts than this. */
  readonly before?: number | undefined;
}

/**
 * Gives a place back, and hands what is free to those that wait. Done again it hands nothing twice,
 * but says it again to those that have not begun.
 * @param slot with no place at all (`max: 0`) where its trigger is gone: nobody gets it
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
    return { ...toWrite(engine, slot, holders), result: match(waiting, holders) };
  });
  if (handed.length > 0) await engine.queue.send(handed);
}

/** Those that were handed a place and have not begun still wait, and come first. */
async function findWaiting({ store }: Engine, { id, max }: Slot): Promise<readonly Waiter[]> {
  if (max === 0) return [];
  const limit = Math.min(1000, 2 * max);
  return (await store.list(WAITERS, { where: { slot: id }, isAscending: true, limit })).items;
}

function match(waiting: readonly Waiter[], holders: readonly Holder[]): readonly OutgoingMessage[] {
  return waiting.flatMap(({ id, attempt, isOrdered }) => {
    const place = isOrdered ? undefined : holders.find(({ runId }) => runId === id);
    return place ? [toRunMessage(id, attempt, { turn: `place:${place.until}` })] : [];
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
  // A document whose leases have all ended says nothing.
  return { document, options: { ttlSeconds: Math.ceil((2 * leaseMs) / 1000) } };
}
