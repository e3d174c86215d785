import type { Holder, Waiter } from '../../domain/limit-state.ts';
import type { Run } from '../../domain/run.ts';
import { LIMIT_STATES, WAITERS } from '../../ports/collections.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import { updateDocument } from '../documents/index.ts';
import type { Engine, Leasing, Releasing, Sending } from '../engine/index.ts';
import { toRunMessage } from '../runs/index.ts';
import { type Slot, toHolder, toHolders, toWrite } from './slot-state.ts';
import { toMax } from './slots-of-run.ts';

export async function isInLine(
  { store }: Pick<Engine, 'store'>,
  { id, slots = [] }: Run,
): Promise<boolean> {
  return slots.length > 0 && (await store.read(WAITERS, id)) !== undefined;
}

/**
 * Takes a run out of its line, before it is recorded that it waits no longer: afterwards nobody
 * looks after the run, and slots would be handed to it that it never uses.
 */
export async function leaveLine(
  { store }: Pick<Engine, 'store'>,
  { id, slots = [] }: Run,
): Promise<void> {
  if (slots.length > 0) await store.delete(WAITERS, id);
}

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
  const present = engine.presentTrigger(trigger);
  for (const slot of slots) {
    const max = (slot.inputHash === undefined && present && toMax(present)) || slot.max;
    await releaseSlot(engine, { ...slot, trigger, max }, { runId, before });
  }
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
  engine: Leasing & Sending,
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
async function findWaiting(
  { store }: Pick<Engine, 'store'>,
  { id, max }: Slot,
): Promise<readonly Waiter[]> {
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
