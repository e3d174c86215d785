import type { Holder, LimitState, Waiter } from '../../domain/limit-state.ts';
import { LIMIT_STATES } from '../../ports/collections.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import { type Update, updateDocument } from '../documents/index.ts';
import type { Engine, Leasing, Sending } from '../engine/index.ts';
import { toRunMessage } from '../runs/index.ts';
import { findNext, type Next } from './line.ts';
import { findHolders, type Slot, toHandedHolder, toHasLine, toWrite } from './slot-state.ts';

/** The run that releases a slot. */
export interface Leaving {
  readonly runId: string;
  /** Only the slot of an earlier attempt than this. */
  readonly before?: number | undefined;
}

interface Decided {
  readonly messages: readonly OutgoingMessage[];
  /** The mark of the line was taken away: a run may have joined it in between. */
  readonly isUnmarked: boolean;
}

/**
 * Hands the free slots to the runs that are next in line, and sends their messages. Done again it
 * hands over nothing twice, but sends their messages again to runs that have not begun.
 * @param leaving releases its slot in the same write; absent: the line is looked at in any case
 */
export async function handOver(
  engine: Leasing & Sending,
  slot: Slot,
  leaving?: Leaving,
): Promise<void> {
  const { messages, isUnmarked } = await updateDocument<LimitState, Decided>(
    engine.store,
    LIMIT_STATES,
    slot.id,
    (found) => decide(engine, slot, { found, leaving }),
  );
  if (messages.length > 0) await engine.queue.send(messages);
  if (isUnmarked && (await hasWaiters(engine, slot))) await handOver(engine, slot);
}

interface Found {
  readonly found: LimitState | undefined;
  readonly leaving: Leaving | undefined;
}

async function decide(
  engine: Leasing & Sending,
  slot: Slot,
  { found, leaving }: Found,
): Promise<Update<LimitState, Decided>> {
  const holders = await findHolders(engine, slot, found, leaving?.runId);
  const kept = holders.filter((holder) => !leaving || isKept(holder, leaving));
  // A release that finds nothing to release may follow a crash.
  const isRepeat = kept.length === holders.length;
  const hadLine = toHasLine(found);
  const room = slot.max - kept.length;
  const isLooking = isRepeat || (room > 0 && hadLine !== false);
  const next = isLooking ? await findFor(engine, slot, { room, kept }) : undefined;
  const handed = (next?.waiting ?? []).slice(0, Math.max(0, room)).map(toHanded(engine));
  const hasLine = next ? next.hasMore || next.waiting.length > handed.length : hadLine;
  const messages = toHandOvers(isRepeat ? [...kept, ...handed] : handed);
  const result = { messages, isUnmarked: hasLine === false && hadLine !== false };
  const isUnchanged = isRepeat && handed.length === 0 && hasLine === hadLine;
  if (isUnchanged || (!found && handed.length === 0)) return { result };
  return { ...toWrite(engine, slot, { holders: [...kept, ...handed], hasLine }), result };
}

function toHanded(engine: Leasing): (waiter: Waiter) => Holder {
  return (waiter) => toHandedHolder(engine, waiter);
}

function isKept(holder: Holder, { runId, before = Number.POSITIVE_INFINITY }: Leaving): boolean {
  return holder.runId !== runId || holder.attempt >= before;
}

function findFor(
  engine: Pick<Engine, 'store'>,
  { id }: Slot,
  { room, kept }: { readonly room: number; readonly kept: readonly Holder[] },
): Promise<Next> {
  const holders = new Set(kept.map(({ runId }) => runId));
  return findNext(engine, id, { wanted: Math.max(1, room), holders });
}

/** Whether a run waits in line that holds no slot. */
async function hasWaiters(engine: Leasing, slot: Slot): Promise<boolean> {
  const state = (await engine.store.read(LIMIT_STATES, slot.id))?.document;
  const kept = await findHolders(engine, slot, state);
  const next = await findFor(engine, slot, { room: 1, kept });
  return next.waiting.length > 0;
}

/** Makes the messages of the runs that were handed a slot and have not begun. */
function toHandOvers(holders: readonly Holder[]): readonly OutgoingMessage[] {
  return holders.flatMap(({ runId, attempt, until, isHanded, isOrdered }) =>
    isHanded && !isOrdered
      ? [toRunMessage(runId, attempt, { turn: `place:${until}`, isHandOver: true })]
      : [],
  );
}
