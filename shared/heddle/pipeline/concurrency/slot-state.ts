import { toLimitId } from '../../domain/ids.ts';
import type { Holder, LimitState, SlotState } from '../../domain/limit-state.ts';
import { type Engine, toTimestamp } from '../engine/index.ts';

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

/** Reads the holders whose lease has not ended. */
export function toHolders(
  { clock }: Pick<Engine, 'clock'>,
  found: LimitState | undefined,
): readonly Holder[] {
  if (found?.kind !== 'slots') return [];
  const now = toTimestamp(clock);
  return found.holders.filter(({ until }) => until > now);
}

export function toHolder(
  { clock, leaseMs }: Pick<Engine, 'clock' | 'leaseMs'>,
  runId: string,
  attempt: number,
): Holder {
  return { runId, attempt, until: toTimestamp(clock, leaseMs) };
}

export function toWrite(
  { clock, leaseMs }: Pick<Engine, 'clock' | 'leaseMs'>,
  { id, trigger }: Slot,
  holders: readonly Holder[],
): { readonly document: SlotState; readonly options: { readonly ttlSeconds: number } } {
  const document: SlotState = {
    ...{ id, kind: 'slots', trigger, updatedAt: toTimestamp(clock), holders },
  };
  // A document whose leases have all ended is not needed.
  return { document, options: { ttlSeconds: Math.ceil((2 * leaseMs) / 1000) } };
}
