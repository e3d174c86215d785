import type { Holder } from '../../domain/limit-state.ts';
import type { Held } from '../../domain/limits.ts';
import type { RunOf } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { cancelIfThere, cancelWaiters } from '../completion/index.ts';
import {
  acquireSlot,
  askToEnd,
  findSlotsOfRun,
  type Limited,
  releaseSlot,
  type Slot,
  type SlotsOfRun,
} from '../concurrency/index.ts';
import type { Ending, Engine } from '../engine/index.ts';

/** Acquires slots, and ends runs that must make room. */
export type Acquiring = Ending & Pick<Engine, 'inFlight'>;

/** Whether the run has joined the line: the line is marked then, if it still has to wait. */
export interface Standing {
  readonly isInLine?: boolean;
}

export type Acquisition =
  | {
      readonly outcome: 'acquired';
      readonly slots: readonly Slot[];
      /** As in {@link SlotsOfRun}. */
      readonly emptyKeys?: readonly string[];
    }
  | { readonly outcome: 'skipped'; readonly held: Held }
  | { readonly outcome: 'waiting'; readonly slot: Slot; readonly held: Held };

/** Acquires the slots that a run needs, or tells which of them is taken. */
export async function acquireSlots(
  engine: Acquiring,
  run: RunOf<'queued'>,
  limited: Limited,
  standing: Standing = {},
): Promise<Acquisition> {
  const { input, shared, key, emptyKeys } = await findSlotsOfRun(engine, limited);
  if (input) {
    const found = await acquireSlot(engine, input, run, standing);
    if (!found.isAcquired) return toRefused(run, input, found.holders);
  }
  if (!shared) {
    const noted = emptyKeys ? { emptyKeys } : {};
    return { outcome: 'acquired', slots: input ? [input] : [], ...noted };
  }
  const acquisition = await acquireShared(engine, run, {
    trigger: limited.trigger,
    slot: shared,
    key,
    standing,
  });
  if (acquisition.outcome === 'acquired') {
    return { outcome: 'acquired', slots: input ? [input, shared] : [shared] };
  }
  const before = run.nextAttempt + 1;
  if (input) await releaseSlot(engine, input, { runId: run.id, before });
  return acquisition;
}

/** A retry is never skipped: it waits for its turn. */
function toRefused(run: RunOf<'queued'>, slot: Slot, [holder]: readonly Holder[]): Acquisition {
  const detail = 'a run with the same input is executed';
  const by = holder ? { by: holder.runId } : {};
  const held: Held = { limit: 'allowConcurrent', detail, key: slot.inputHash, ...by };
  const isRetry = run.attempts.length > 0;
  return isRetry ? { outcome: 'waiting', slot, held } : { outcome: 'skipped', held };
}

interface Shared {
  readonly trigger: Trigger;
  readonly slot: Slot;
  readonly key: string | undefined;
  readonly standing: Standing;
}

async function acquireShared(
  engine: Acquiring,
  run: RunOf<'queued'>,
  { trigger: { overlap = 'queue' }, slot, key, standing }: Shared,
): Promise<Acquisition> {
  const isRetry = run.attempts.length > 0;
  let found = await acquireSlot(engine, slot, run, standing);
  while (!found.isAcquired && overlap === 'replace' && !isRetry) {
    await makeRoom(engine, run.id, { slot, holders: found.holders });
    found = await acquireSlot(engine, slot, run, standing);
  }
  if (found.isAcquired) return { outcome: 'acquired', slots: [slot] };
  const detail = `${found.holders.length} of ${slot.max} are executed`;
  const held: Held = { limit: 'maxConcurrent', detail, ...(key === undefined ? {} : { key }) };
  if (overlap === 'skip' && !isRetry) return { outcome: 'skipped', held };
  if (overlap === 'cancelOther' && !isRetry && run.held?.limit !== held.limit) {
    const reason = toReason(run.id);
    for (const id of await askToEnd(engine, slot, run.id)) engine.inFlight.cancel(id, reason);
    await cancelWaiters(engine, slot.id, run.id, reason);
  }
  return { outcome: 'waiting', slot, held };
}

/**
 * Runs before the run has a slot: after a crash, the runs that are left to cancel are still found.
 */
async function makeRoom(
  engine: Acquiring,
  runId: string,
  { slot, holders }: { readonly slot: Slot; readonly holders: readonly Holder[] },
): Promise<void> {
  const reason = toReason(runId);
  await cancelWaiters(engine, slot.id, runId, reason);
  for (const { runId: id } of holders) {
    await cancelIfThere(engine, id, reason);
    // A run that was handed a slot and has not begun does not name it.
    await releaseSlot(engine, slot, { runId: id });
  }
}

function toReason(runId: string): string {
  return `the run ${runId} takes its place`;
}
