import { LIMIT_STATES, WAITERS } from '../collections.ts';
import { toLimitId } from '../domain/ids.ts';
import type { Holder, LimitState, SlotState, Waiter } from '../domain/limit-state.ts';
import type { Run } from '../domain/run.ts';
import type { OutgoingMessage } from '../ports.ts';
import { change } from './change.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { toRunMessage } from './record.ts';

/**
 * Places among so many at once. Invariants:
 *
 * 1. A place belongs to a run until it gives it back or its lease ends; who has it renews the lease.
 *    A process that dies leaves a place no longer than its lease.
 * 2. A place that is given back goes to the run that waits longest, in the same write: nobody who
 *    comes in between takes it.
 * 3. Whoever is handed a place is sent a message. Whoever waits has a message of its own as well,
 *    later, so that a hand-over that was cut off delays it and does not lose it.
 */

/** The places of a trigger, of one of its keys, or of one input of its actor. */
export interface Slot {
  readonly id: string;
  readonly trigger: string;
  readonly max: number;
}

export function createSlot(trigger: string, max: number, kind: string, key: string): Slot {
  return { id: toLimitId(kind, trigger, key), trigger, max };
}

export interface Acquired {
  readonly isAcquired: boolean;
  /** Who has the places, where none is left. */
  readonly holders: readonly Holder[];
  /** The runs that had them until now. */
  readonly evicted: readonly string[];
}

/** Takes a place, or finds that the run has one already. */
export function acquire(
  engine: Engine,
  slot: Slot,
  runId: string,
  evicts = false,
): Promise<Acquired> {
  return change<LimitState, Acquired>(engine.store, LIMIT_STATES, slot.id, (found) => {
    const holders = toHolders(engine, found);
    const isHolder = holders.some((holder) => holder.runId === runId);
    if (!isHolder && !evicts && holders.length >= slot.max) {
      return { result: { isAcquired: false, holders, evicted: [] } };
    }
    const others = holders.filter((holder) => holder.runId !== runId);
    const kept = evicts ? [] : others;
    const evicted = evicts ? others.map((holder) => holder.runId) : [];
    const next = [...kept, toHolder(engine, runId)];
    return { ...toWrite(engine, slot, next), result: { isAcquired: true, holders: [], evicted } };
  });
}

/** Asks the runs that have the places to end. */
export function askToEnd(engine: Engine, slot: Slot, except: string): Promise<readonly string[]> {
  return change(engine.store, LIMIT_STATES, slot.id, (found) => {
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

export function renew(engine: Engine, slotId: string, runId: string): Promise<Renewed> {
  return change(engine.store, LIMIT_STATES, slotId, (found) => {
    const holders = toHolders(engine, found);
    const own = holders.find((holder) => holder.runId === runId);
    if (!own || found?.kind !== 'slots') return { result: 'gone' };
    const renewed = { ...own, until: toHolder(engine, runId).until };
    const next = holders.map((holder) => (holder === own ? renewed : holder));
    const slot = { id: slotId, trigger: found.trigger, max: 0 };
    return { ...toWrite(engine, slot, next), result: own.isCancelled ? 'cancelled' : 'held' };
  });
}

/**
 * Gives a place back, and hands what is free to those that wait. Done again it hands nothing twice,
 * but says it again to those that have not begun.
 * @param slot with no place at all (`max: 0`) where its trigger is gone: nobody gets it
 */
export async function release(engine: Engine, slot: Slot, runId: string): Promise<void> {
  const handed = await change(engine.store, LIMIT_STATES, slot.id, async (found) => {
    if (found?.kind !== 'slots') return { result: [] };
    const kept = toHolders(engine, found).filter((holder) => holder.runId !== runId);
    const waiting = await findWaiting(engine, slot);
    const free = waiting.filter(({ id }) => !kept.some((holder) => holder.runId === id));
    const next = free.slice(0, Math.max(0, slot.max - kept.length));
    const holders = [...kept, ...next.map(({ id }) => toHolder(engine, id))];
    return { ...toWrite(engine, slot, holders), result: match(waiting, holders) };
  });
  if (handed.length > 0) await engine.queue.send(handed);
}

/** Of a run that waits no longer, if it did. A place that it was handed goes to the next. */
export async function leaveLine(engine: Engine, run: Run): Promise<void> {
  const { id, trigger, slots = [] } = run;
  // First, or it would be handed its own place again.
  if (slots.length === 0 || !(await engine.store.delete(WAITERS, id))) return;
  for (const slot of slots) await release(engine, { ...slot, trigger }, id);
}

/** Those that were handed a place and have not begun still wait, and come first. */
async function findWaiting({ store }: Engine, { id, max }: Slot): Promise<readonly Waiter[]> {
  if (max === 0) return [];
  const limit = Math.min(1000, 2 * max);
  return (await store.list(WAITERS, { where: { slot: id }, isAscending: true, limit })).items;
}

function match(waiting: readonly Waiter[], holders: readonly Holder[]): readonly OutgoingMessage[] {
  return waiting.flatMap(({ id, attempt }) => {
    const place = holders.find(({ runId }) => runId === id);
    return place ? [toRunMessage(id, attempt, { turn: `place:${place.until}` })] : [];
  });
}

function toHolders({ clock }: Engine, found: LimitState | undefined): readonly Holder[] {
  if (found?.kind !== 'slots') return [];
  const now = toTimestamp(clock);
  return found.holders.filter(({ until }) => until > now);
}

function toHolder({ clock, leaseMs }: Engine, runId: string): Holder {
  return { runId, until: toTimestamp(clock, leaseMs) };
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
