import type { Holder, LimitState } from '../../domain/limit-state.ts';
import type { RunOf } from '../../domain/run.ts';
import { LIMIT_STATES } from '../../ports/collections.ts';
import { type Update, updateDocument } from '../documents/index.ts';
import { type Leasing, toTimestamp } from '../engine/index.ts';
import { findHolders, type Slot, toHasLine, toHolder, toWrite } from './slot-state.ts';

/**
 * A slot is one of the places that a limit has. Invariants:
 *
 * 1. A run that acquires a slot holds it until it releases it or its lease ends, and renews the
 *    lease meanwhile. A process that dies keeps a slot no longer than its lease. The slot of an
 *    input is the exception: its run holds it until it has ended, whatever the lease says.
 * 2. A released slot is handed to the run that has waited longest, in the same write: no run that
 *    comes in between acquires it.
 * 3. A run that is handed a slot is sent a message before the message of the run that has released
 *    it is settled. Whoever releases it again, after a crash, sends that message again. The
 *    exception is a run with an ordering key: its delivery waits with it, and checks for a slot
 *    again and again.
 * 4. A run joins its line before it marks the line (`hasLine`), and whoever takes the mark away looks
 *    at the line once more: so a slot is not released without a look at the line that a run has
 *    joined. Without a mark a release does not look.
 * 5. A line has one message that comes again while runs wait in it (`look-at-line.ts`), whoever
 *    sends it: a hand-over that was cut off for good delays the line and does not lose it.
 */

/** Share of a lease that a run that acquires a slot has at least. */
export const MIN_LEASE = 0.9;

export interface Acquired {
  readonly isAcquired: boolean;
  /** Runs that hold the slots, where none is left. */
  readonly holders: readonly Holder[];
  /** Of a throttle in whose line others wait: when the next place is free. */
  readonly nextFreeAt?: string | undefined;
}

interface Acquiring {
  /** The run has joined the line: where no slot is left, the line is marked. */
  readonly isInLine?: boolean;
}

/**
 * Acquires a slot, or finds that the run holds one already. Where the limit was lowered since, the
 * run may hold a slot too many: it is released.
 */
export function acquireSlot(
  engine: Leasing,
  slot: Slot,
  { id: runId, nextAttempt }: RunOf<'queued'>,
  { isInLine = false }: Acquiring = {},
): Promise<Acquired> {
  return updateDocument<LimitState, Acquired>(
    engine.store,
    LIMIT_STATES,
    slot.id,
    async (found) => {
      const holders = await findHolders(engine, slot, found, runId);
      const others = holders.filter((holder) => holder.runId !== runId);
      const isHolder = others.length < holders.length;
      const at = isHolder ? holders.findIndex((holder) => holder.runId === runId) : holders.length;
      const hasLine = toHasLine(found);
      // Nobody hands over a place of a throttle when its time comes: who waits in line is first.
      const isOthers = slot.period !== undefined && !isHolder && hasLine === true;
      if (at < slot.max && !isOthers) {
        if (isJustHanded(engine, holders[at], nextAttempt) && !slot.period) {
          return { result: { isAcquired: true, holders: [] } };
        }
        const own = toHolder(engine, { runId, attempt: nextAttempt }, slot.period);
        const next = others.toSpliced(at, 0, own);
        const written = toWrite(engine, slot, { holders: next, hasLine });
        return { ...written, result: toAcquired(slot, next, hasLine) };
      }
      const result = { isAcquired: false, holders: others };
      const isMarking = isInLine && hasLine !== true;
      if (!isHolder && !isMarking) return { result };
      const marked = isInLine || hasLine;
      return { ...toWrite(engine, slot, { holders: others, hasLine: marked }), result };
    },
  );
}

function toAcquired({ period }: Slot, holders: readonly Holder[], hasLine?: boolean): Acquired {
  const isNextPaced = period !== undefined && hasLine === true;
  const next = isNextPaced ? { nextFreeAt: toFreeAt(holders) } : {};
  return { isAcquired: true, holders: [], ...next };
}

/**
 * Whether the slot was handed to the run for this attempt a moment ago: its lease is as good as new,
 * and the write is saved. {@link MIN_LEASE} is what others count on.
 */
function isJustHanded(
  { clock, leaseMs }: Leasing,
  holder: Holder | undefined,
  attempt: number,
): boolean {
  if (!holder?.isHanded || holder.attempt !== attempt) return false;
  return Date.parse(holder.until) - clock.now() >= MIN_LEASE * leaseMs;
}

/** Marks a slot as kept by its run, which waits for another slot. */
export function keepSlot(engine: Leasing, slot: Slot, runId: string): Promise<void> {
  return updateDocument<LimitState, void>(engine.store, LIMIT_STATES, slot.id, async (found) => {
    const holders = await findHolders(engine, slot, found, runId);
    const next = holders.map((holder) => {
      const { isHanded: _, ...own } = holder;
      return holder.runId === runId ? { ...own, isKept: true as const } : holder;
    });
    const isThere = holders.some((holder) => holder.runId === runId && !holder.isKept);
    if (!isThere) return { result: undefined };
    const written = toWrite(engine, slot, { holders: next, hasLine: toHasLine(found) });
    return { ...written, result: undefined };
  });
}

/** Time when the next place of a throttle is free. */
export async function findFreeAt(engine: Leasing, slot: Slot): Promise<string | undefined> {
  const found = (await engine.store.read(LIMIT_STATES, slot.id))?.document;
  return toFreeAt(await findHolders(engine, slot, found));
}

export function toFreeAt(holders: readonly Holder[]): string | undefined {
  const times = holders.filter(({ isKept, isHanded }) => !isKept && !isHanded);
  return times.map(({ until }) => until).toSorted()[0];
}

/** Asks the runs that hold the slots to end. */
export function askToEnd(engine: Leasing, slot: Slot, except: string): Promise<readonly Holder[]> {
  return updateDocument(engine.store, LIMIT_STATES, slot.id, async (found) => {
    const holders = await findHolders(engine, slot, found);
    const asked = holders.filter(({ runId }) => runId !== except);
    const next = holders.map((holder) =>
      holder.runId === except ? holder : { ...holder, isCancelled: true as const },
    );
    const written = toWrite(engine, slot, { holders: next, hasLine: toHasLine(found) });
    return { ...written, result: asked };
  });
}

/**
 * `cancelled`: the run is asked to end, and holds the slot until it does. `gone`: it holds it no
 * longer.
 */
export type Renewed = 'held' | 'cancelled' | 'gone';

export function renewSlot(
  engine: Leasing,
  slot: Pick<Slot, 'id' | 'inputHash'>,
  runId: string,
): Promise<Renewed> {
  return updateDocument<LimitState, Renewed>(
    engine.store,
    LIMIT_STATES,
    slot.id,
    async (found): Promise<Update<LimitState, Renewed>> => {
      const holders = await findHolders(engine, slot, found, runId);
      const own = holders.find((holder) => holder.runId === runId);
      if (!own || found?.kind !== 'slots') return { result: 'gone' };
      const { isHanded: _, ...begun } = own;
      const renewed = { ...begun, until: toTimestamp(engine.clock, engine.leaseMs) };
      const next = holders.map((holder) => (holder === own ? renewed : holder));
      const written = toWrite(
        engine,
        { ...slot, trigger: found.trigger },
        { holders: next, hasLine: found.hasLine },
      );
      return { ...written, result: own.isCancelled ? 'cancelled' : 'held' };
    },
  );
}
