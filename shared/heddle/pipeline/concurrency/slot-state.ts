import { toLimitId } from '../../domain/ids.ts';
import type { Holder, LimitState, SlotState, Waiter } from '../../domain/limit-state.ts';
import type { SlotOfRun } from '../../domain/run.ts';
import { type Engine, type Leasing, toTimestamp } from '../engine/index.ts';
import { doesRunHold } from './lasting-slots.ts';

/** The slots of a trigger, of one of its keys, or of one input of its actor. */
export interface Slot {
  readonly id: string;
  readonly trigger: string;
  readonly max: number;
  /** Digest of the input, for the slot that runs with the same input share. */
  readonly inputHash?: string | undefined;
  /** Milliseconds that a place of a throttle is taken from the begin of its run. */
  readonly period?: number | undefined;
  /** Name of the limit that several triggers share. */
  readonly limit?: string | undefined;
}

/** A slot as its run records it. */
export function toSlotOfRun({ trigger: _trigger, ...slot }: Slot): SlotOfRun {
  return slot;
}

export function createSlot(trigger: string, max: number, kind: string, key: string): Slot {
  return { id: toLimitId(kind, trigger, key), trigger, max };
}

/**
 * Finds the holders of a slot: those whose lease has not ended, and of a slot that lasts those whose
 * run says that it holds it.
 * @param ownId a run that is asked about itself: its lasting slot is its own, whatever the lease
 */
export async function findHolders(
  engine: Pick<Leasing, 'clock' | 'store'>,
  slot: Pick<Slot, 'id' | 'inputHash'>,
  found: LimitState | undefined,
  ownId?: string,
): Promise<readonly Holder[]> {
  if (found?.kind !== 'slots') return [];
  const now = toTimestamp(engine.clock);
  const holders: Holder[] = [];
  for (const holder of found.holders) {
    const isLeased = holder.until > now;
    const isOwn = holder.runId === ownId;
    const isHeld = isLasting(slot, holder)
      ? isOwn || (await doesRunHold(engine, slot, { holder, isLeased }))
      : isLeased;
    if (isHeld) holders.push(holder);
  }
  return holders;
}

/** Whether the slot outlasts its lease. One that was handed to a run lasts once that has taken it. */
function isLasting({ inputHash }: Pick<Slot, 'inputHash'>, { isHanded, isKept }: Holder): boolean {
  return (inputHash !== undefined || isKept === true) && !isHanded;
}

type Timing = Pick<Engine, 'clock' | 'leaseMs'>;

export function toHolder(
  { clock, leaseMs }: Timing,
  { runId, attempt }: Pick<Holder, 'runId' | 'attempt'>,
  ms = leaseMs,
): Holder {
  return { runId, attempt, until: toTimestamp(clock, ms) };
}

/** The slot of a run that is handed one while it waits in line. */
export function toHandedHolder(timing: Timing, { id, attempt, isOrdered }: Waiter): Holder {
  const ordered = isOrdered ? { isOrdered } : {};
  return { ...toHolder(timing, { runId: id, attempt }), isHanded: true, ...ordered };
}

/** What is known of the line for a slot; undefined: nothing. */
export function toHasLine(found: LimitState | undefined): boolean | undefined {
  return found?.kind === 'slots' ? found.hasLine : undefined;
}

/** @param hasLine undefined: it is not known whether runs wait in line */
export function toWrite(
  { clock, leaseMs }: Timing,
  { id, trigger, inputHash, period = 0 }: Omit<Slot, 'max'>,
  { holders, hasLine }: { holders: readonly Holder[]; hasLine: boolean | undefined },
): { readonly document: SlotState; readonly options: { readonly ttlSeconds: number } } {
  const document: SlotState = {
    ...{ id, kind: 'slots', trigger, updatedAt: toTimestamp(clock), holders },
    ...(hasLine === undefined ? {} : { hasLine }),
  };
  // A document whose leases have all ended is not needed.
  const isLasting = holders.some((holder) => inputHash !== undefined || holder.isKept);
  const ms = 2 * Math.max(leaseMs, period);
  const ttlSeconds = isLasting ? LASTING_TTL_SECONDS : Math.ceil(ms / 1000);
  return { document, options: { ttlSeconds } };
}

/** No run waits longer for its next attempt. */
const LASTING_TTL_SECONDS = 90 * 86_400;
