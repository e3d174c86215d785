import { toLimitId } from '../../domain/ids.ts';
import type { Holder, LimitState, SlotState, Waiter } from '../../domain/limit-state.ts';
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

type Timing = Pick<Engine, 'clock' | 'leaseMs'>;

export function toHolder({ clock, leaseMs }: Timing, runId: string, attempt: number): Holder {
  return { runId, attempt, until: toTimestamp(clock, leaseMs) };
}

/** The slot of a run that is handed one while it waits in line. */
export function toHandedHolder(timing: Timing, { id, attempt, isOrdered }: Waiter): Holder {
  const ordered = isOrdered ? { isOrdered } : {};
  return { ...toHolder(timing, id, attempt), isHanded: true, ...ordered };
}

/** What is known of the line for a slot; undefined: nothing. */
export function toHasLine(found: LimitState | undefined): boolean | undefined {
  return found?.kind === 'slots' ? found.hasLine : undefined;
}

/** @param hasLine undefined: it is not known whether runs wait in line */
export function toWrite(
  { clock, leaseMs }: Timing,
  { id, trigger }: Pick<Slot, 'id' | 'trigger'>,
  { holders, hasLine }: { holders: readonly Holder[]; hasLine: boolean | undefined },
): { readonly document: SlotState; readonly options: { readonly ttlSeconds: number } } {
  const document: SlotState = {
    ...{ id, kind: 'slots', trigger, updatedAt: toTimestamp(clock), holders },
    ...(hasLine === undefined ? {} : { hasLine }),
  };
  // A document whose leases have all ended is not needed.
  return { document, options: { ttlSeconds: Math.ceil((2 * leaseMs) / 1000) } };
}
