import type { Holder } from '../../domain/limit-state.ts';
import type { Held } from '../../domain/limits.ts';
import type { RunOf } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RUNS } from '../../ports/collections.ts';
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
import type { Missing } from './gate.ts';

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
  | ({ readonly outcome: 'waiting' } & Missing);

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
    if (!found.isAcquired) return refuse(engine, { run, slot: input, holder: found.holders[0] });
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
  if (!input) return acquisition;
  // A run that has begun holds the slot of its input until it has ended.
  if (acquisition.outcome === 'waiting' && isRetry(run)) return { ...acquisition, kept: [input] };
  await releaseSlot(engine, input, { runId: run.id, before: run.nextAttempt + 1 });
  return acquisition;
}

function isRetry({ attempts }: RunOf<'queued'>): boolean {
  return attempts.length > 0;
}

/** A retry is never skipped: it waits for its turn. */
async function refuse(
  { store }: Pick<Engine, 'store'>,
  { run, slot, holder }: Refused,
): Promise<Acquisition> {
  const twin = holder && (await store.read(RUNS, holder.runId))?.document;
  const isWaiting = twin?.status === 'queued' && twin.attempts.length > 0;
  const does = isWaiting ? 'waits for its next attempt' : 'is executed';
  const by = holder ? { by: holder.runId } : {};
  const detail = `a run with the same input ${does}`;
  const held: Held = { limit: 'allowConcurrent', detail, key: slot.inputHash, ...by };
  return isRetry(run) ? { outcome: 'waiting', slot, held } : { outcome: 'skipped', held };
}

interface Refused {
  readonly run: RunOf<'queued'>;
  readonly slot: Slot;
  readonly holder: Holder | undefined;
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
  let found = await acquireSlot(engine, slot, run, standing);
  while (!found.isAcquired && overlap === 'replace' && !isRetry(run)) {
    await makeRoom(engine, run.id, { slot, holders: found.holders });
    found = await acquireSlot(engine, slot, run, standing);
  }
  if (found.isAcquired) return { outcome: 'acquired', slots: [slot] };
  const detail = `${found.holders.length} of ${slot.max} are executed`;
  const held: Held = { limit: 'maxConcurrent', detail, ...(key === undefined ? {} : { key }) };
  if (overlap === 'skip' && !isRetry(run)) return { outcome: 'skipped', held };
  if (overlap === 'cancelOther' && !isRetry(run) && run.held?.limit !== held.limit) {
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
