import type { Held } from '../../domain/limits.ts';
import type { RunOf } from '../../domain/run.ts';
import { skipRun } from '../../domain/run-transitions.ts';
import { RUNS, WAITERS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import type { Limited } from '../concurrency/index.ts';
import { leaveLine, releaseSlot, releaseSlotsOfRun, type Slot } from '../concurrency/index.ts';
import { type Engine, toTimestamp, waitUntil } from '../engine/index.ts';
import { replaceRun, takeRun } from '../runs/index.ts';
import { acquireSlots } from './acquire-slots.ts';
import { checkCooldown } from './admit.ts';
import { waitForSlot } from './wait-for-slot.ts';

export type Queued = Stored<RunOf<'queued'>>;
export type Running = Stored<RunOf<'running'>>;

/** What a queued run is made of, and what delivers it. */
export interface Advancing extends Limited {
  readonly delivery: Delivery;
}

/** Who waits in an order looks so often whether there is a place. */
const LOOK_MS = 1000;

/**
 * Takes the places that a run needs, and begins it in them; without, it is skipped or waits.
 * @returns `changed` where the run has to be looked at again
 */
export async function beginWithSlots(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  const placed = await acquireSlots(engine, stored.document, advancing);
  if (placed.outcome === 'skipped') return skipQueued(engine, stored, placed.held);
  const tooSoon = await checkPace(engine, stored.document, advancing);
  if (tooSoon) {
    if (placed.outcome === 'placed') await releaseTaken(engine, placed.slots, stored.document);
    return skipQueued(engine, stored, tooSoon);
  }
  if (placed.outcome === 'placed') return beginRun(engine, stored, advancing, placed.slots);
  const { orderingKey, signal } = advancing.delivery;
  const isOrdered = orderingKey !== undefined;
  const waiting = await waitForSlot(engine, stored, advancing, { ...placed, isOrdered });
  if (waiting.placed.outcome === 'placed') {
    return beginRun(engine, waiting.stored, advancing, waiting.placed.slots);
  }
  if (!isOrdered) return undefined;
  await waitUntil(engine, engine.clock.now() + LOOK_MS, signal);
  return 'changed';
}

/** Whoever has waited for a place was asked when it came. */
async function checkPace(
  engine: Engine,
  run: RunOf<'queued'>,
  advancing: Advancing,
): Promise<Held | undefined> {
  const hasWaited = run.held !== undefined && run.held.limit !== 'paused';
  if (run.attempts.length > 0 || run.isReplay || hasWaited) return undefined;
  return checkCooldown(engine, run, advancing);
}

async function beginRun(
  engine: Engine,
  stored: Queued,
  { delivery }: Advancing,
  slots: readonly Slot[],
): Promise<Running | undefined | 'changed'> {
  const { document } = stored;
  // Before it begins: between that and its attempt nobody may take it for one that waits.
  if (document.held) await engine.store.delete(WAITERS, document.id);
  const placed = withSlots(document, slots);
  const run = await takeRun(engine, { document: placed, etag: stored.etag }, delivery);
  // Its trigger has no limit any more: those that wait as if it had are told by what this one had.
  if (run && slots.length === 0) await releaseSlotsOfRun(engine, document);
  if (run) return run;
  await releaseUnlessRunning(engine, slots, document);
  return 'changed';
}

/** Without those of a limit that there was: nobody would renew them, and the attempt would be ended. */
function withSlots(run: RunOf<'queued'>, slots: readonly Slot[]): RunOf<'queued'> {
  const { slots: _slots, ...free } = run;
  if (slots.length === 0) return free;
  return { ...free, slots: slots.map(({ trigger: _trigger, ...place }) => place) };
}

/** Another delivery of the run may have begun it, and has these very places. */
async function releaseUnlessRunning(
  engine: Engine,
  slots: readonly Slot[],
  run: RunOf<'queued'>,
): Promise<void> {
  if (slots.length === 0) return;
  const found = await engine.store.read(RUNS, run.id);
  if (found?.document.status !== 'running') await releaseTaken(engine, slots, run);
}

async function releaseTaken(
  engine: Engine,
  slots: readonly Slot[],
  { id: runId, nextAttempt }: RunOf<'queued'>,
): Promise<void> {
  for (const slot of slots) await releaseSlot(engine, slot, { runId, before: nextAttempt + 1 });
}

/** Once it is written nobody looks after the run any more: it leaves its line before. */
export async function skipQueued(
  engine: Engine,
  { document, etag }: Queued,
  held: Held,
): Promise<undefined> {
  await leaveLine(engine, document);
  await replaceRun(engine, skipRun(document, held, toTimestamp(engine.clock)), etag);
}
