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
  type Keyed,
  keepSlot,
  type Limited,
  releaseSlot,
  type Slot,
  type SlotsOfRun,
  toFreeAt,
} from '../concurrency/index.ts';
import type { Ending, Engine } from '../engine/index.ts';
import type { Missing } from './gate.ts';
import { lookLater } from './look-at-line.ts';
import { toShownKey } from './pass-once.ts';

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

/**
 * Acquires the slots that a run needs, or tells which of them is taken. All runs acquire them in one
 * order: that of the input, places in throttles, those of the trigger, those of the shared limit. A
 * run that waits for one keeps those before it, so that it is not overtaken at each; since nobody
 * waits for an earlier one meanwhile, no two runs wait for each other.
 */
export async function acquireSlots(
  engine: Acquiring,
  run: RunOf<'queued'>,
  limited: Limited,
  standing: Standing = {},
): Promise<Acquisition> {
  const { input, emptyKeys, ...needed } = await findSlotsOfRun(engine, limited);
  const slots: Slot[] = [];
  if (input) {
    const found = await acquireSlot(engine, input, run, standing);
    if (!found.isAcquired) return refuse(engine, { run, slot: input, holder: found.holders[0] });
    slots.push(input);
  }
  for (const wanted of toWanted(needed, run)) {
    const stopped = await acquireNext(engine, run, { ...wanted, limited, standing });
    if (stopped) return stop(engine, { run, slots, stopped });
    slots.push(wanted.slot);
  }
  return { outcome: 'acquired', slots, ...(emptyKeys ? { emptyKeys } : {}) };
}

interface Wanted extends Keyed {
  readonly kind: 'throttle' | 'maxConcurrent' | 'limit';
}

/** A throttle counts the runs that begin: further attempts of one need no place. */
function toWanted(
  { throttles = [], shared, key, named }: Omit<SlotsOfRun, 'input' | 'emptyKeys'>,
  run: RunOf<'queued'>,
): readonly Wanted[] {
  const paced = isRetry(run) ? [] : throttles;
  return [
    ...paced.map((one) => ({ ...one, kind: 'throttle' }) as const),
    ...(shared ? [{ slot: shared, key, kind: 'maxConcurrent' } as const] : []),
    ...(named ? [{ ...named, kind: 'limit' } as const] : []),
  ];
}

interface Next extends Wanted {
  readonly limited: Limited;
  readonly standing: Standing;
}

/** @returns undefined where the run has the slot */
async function acquireNext(
  engine: Acquiring,
  run: RunOf<'queued'>,
  { kind, slot, key, limited: { trigger }, standing }: Next,
): Promise<Stopped | undefined> {
  if (kind === 'maxConcurrent') return acquireShared(engine, run, { trigger, slot, key, standing });
  const found = await acquireSlot(engine, slot, run, standing);
  const { nextFreeAt: freeAt } = found;
  // The look that has handed the place over could not know how long it is taken.
  if (freeAt !== undefined) await lookLater(engine, slot, { freeAt });
  if (found.isAcquired) return undefined;
  const until = kind === 'throttle' ? toFreeAt(found.holders) : undefined;
  const held: Held = {
    ...{ limit: kind, detail: toDetail(slot, found.holders) },
    ...(key === undefined ? {} : { key: toShownKey(key) }),
    ...(until === undefined ? {} : { until }),
  };
  return { outcome: 'waiting', slot, held };
}

function toDetail({ limit, max, period }: Slot, holders: readonly Holder[]): string {
  const name = limit === undefined ? '' : `limit ${limit}: `;
  if (period === undefined) return `${name}${holders.length} of ${max} are executed`;
  const runs = max === 1 ? 'run' : 'runs';
  return `${name}${max} ${runs} may begin within ${period / 1000} s, and others are first`;
}

type Stopped = Exclude<Acquisition, { readonly outcome: 'acquired' }>;

interface Stopping {
  readonly run: RunOf<'queued'>;
  /** Slots that the run has acquired before. */
  readonly slots: readonly Slot[];
  readonly stopped: Stopped;
}

/** Keeps the slots of a run that waits, and releases those of one that is skipped. */
async function stop(engine: Acquiring, { run, slots, stopped }: Stopping): Promise<Acquisition> {
  const isKept = (slot: Slot) =>
    // A run that has begun holds the slot of its input until it has ended, and no run before.
    stopped.outcome === 'waiting' && (slot.inputHash === undefined || isRetry(run));
  const kept = slots.filter(isKept);
  for (const slot of slots) {
    if (!isKept(slot)) await releaseSlot(engine, slot, toLeaving(run));
    else if (slot.inputHash === undefined) await keepSlot(engine, slot, run.id);
  }
  return kept.length === 0 || stopped.outcome === 'skipped' ? stopped : { ...stopped, kept };
}

function toLeaving({ id: runId, nextAttempt }: RunOf<'queued'>) {
  return { runId, before: nextAttempt + 1 };
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
): Promise<Stopped | undefined> {
  let found = await acquireSlot(engine, slot, run, standing);
  while (!found.isAcquired && overlap === 'replace' && !isRetry(run)) {
    await makeRoom(engine, run.id, { slot, holders: found.holders });
    found = await acquireSlot(engine, slot, run, standing);
  }
  if (found.isAcquired) return undefined;
  const detail = `${found.holders.length} of ${slot.max} are executed`;
  const held: Held = { limit: 'maxConcurrent', detail, ...(key === undefined ? {} : { key }) };
  if (overlap === 'skip' && !isRetry(run)) return { outcome: 'skipped', held };
  if (overlap === 'cancelOther' && !isRetry(run) && run.held?.limit !== held.limit) {
    const reason = toReason(run.id);
    for (const { runId, isKept } of await askToEnd(engine, slot, run.id)) {
      // A run that waits for another slot meanwhile is not executed: nobody would tell it.
      if (isKept) await cancelIfThere(engine, runId, reason);
      else engine.inFlight.cancel(runId, reason);
    }
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
