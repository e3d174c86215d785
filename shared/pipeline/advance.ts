import { RUNS, WAITERS } from '../collections.ts';
import type { Event } from '../domain/event.ts';
import type { Held } from '../domain/limits.ts';
import type { RunOf } from '../domain/run.ts';
import { failRun, skipRun } from '../domain/run-transitions.ts';
import type { Trigger } from '../domain/trigger.ts';
import { ConflictError, TerminalError } from '../errors.ts';
import type { Delivery, Stored } from '../ports.ts';
import { checkCooldown, checkDedupe, checkDepth, checkMisfire } from './admit.ts';
import { ensureMessage, takeRun } from './claim.ts';
import { conclude, concludeOther } from './conclude.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { gather, gathers, isOpen, rejoin } from './gather.ts';
import { countRun } from './metrics.ts';
import { holdWhilePaused } from './pause.ts';
import { isLimitedInNumber, takePlaces, waitForPlace } from './places.ts';
import { replaceRun } from './save-run.ts';
import { leaveLine, release, releaseEach, type Slot } from './slots.ts';
import { waitUntil } from './wait-until.ts';

type Queued = Stored<RunOf<'queued'>>;
type Running = Stored<RunOf<'running'>>;

/** What a queued run is made of, and what delivers it. */
export interface Advancing {
  readonly trigger: Trigger;
  /** Of a run that gathers events, its own. */
  readonly event: Event;
  readonly delivery: Delivery;
}

/** Who waits in an order looks so often whether there is a place. */
const LOOK_MS = 1000;

/**
 * Whether nothing can keep a run of this trigger from beginning: it is recorded as begun at once,
 * which saves a write.
 */
export function isUnlimited(engine: Engine, trigger: Trigger, event: Event): boolean {
  const { enabled, dedupe, cooldownSeconds, name, schedule } = trigger;
  return (
    enabled &&
    schedule === undefined &&
    dedupe === undefined &&
    cooldownSeconds === undefined &&
    !gathers(trigger) &&
    !isLimitedInNumber(trigger) &&
    !engine.states.of(name) &&
    (event.depth ?? 0) <= engine.maxDepth &&
    !event.causedByReplay
  );
}

/**
 * Takes a queued run as far as it can go now. Everything that it meets is recorded with it: skipped,
 * held, or waiting with a message of its own.
 * @returns the run as begun by this delivery, if nothing keeps it
 */
export async function advance(
  engine: Engine,
  queued: Queued,
  advancing: Advancing,
): Promise<Running | undefined> {
  let stored = queued;
  for (;;) {
    const begun = await tryToBegin(engine, stored, advancing);
    if (begun !== 'changed') return begun;
    // An event has joined it, or it was let go: what it is now is looked at again.
    const found = await engine.store.read(RUNS, stored.document.id);
    const run = found?.document;
    if (found && run?.status === 'skipped') {
      return void (await rejoin(engine, { document: run, etag: found.etag }, advancing));
    }
    if (run?.status !== 'queued' || run.nextAttempt !== queued.document.nextAttempt) {
      return void (await concludeOther(engine, stored.document.id));
    }
    stored = { document: run, etag: found?.etag ?? '' };
  }
}

async function tryToBegin(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  try {
    if (stored.document.attempts.length > 0) return await takeWithPlaces(engine, stored, advancing);
    return await screen(engine, stored, advancing);
  } catch (error) {
    if (error instanceof ConflictError) return 'changed';
    if (!(error instanceof TerminalError)) throw error;
    // A key of the trigger cannot be rendered for this event: no other time will change that.
    const failed = failRun(
      stored.document,
      { code: error.code, message: engine.redact(error.message) },
      toTimestamp(engine.clock),
    );
    await replaceRun(engine, failed, stored.etag);
    countRun(engine, failed, 'failed');
    await conclude(engine, failed);
    return undefined;
  }
}

/** What a run meets before its first attempt. A replay was asked for: time limits are not for it. */
async function screen(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  const { document: run } = stored;
  const { trigger } = advancing;
  const unwanted = checkEnabled(trigger) ?? checkReplay(engine, run);
  if (unwanted) return skip(engine, stored, unwanted);
  const tooDeep = await checkDepth(engine, run, trigger);
  if (tooDeep) return skip(engine, stored, tooDeep);
  if (isOpen(run, engine.clock.now())) {
    await ensureMessage(engine, run);
    return undefined;
  }
  const state = engine.states.of(trigger.name);
  if (state?.status === 'paused') {
    await holdWhilePaused(engine, stored, trigger, state);
    return undefined;
  }
  if (run.isReplay || run.gathered) return takeWithPlaces(engine, stored, advancing);
  const tooLate = await checkMisfire(engine, run, advancing);
  if (tooLate) return skip(engine, stored, tooLate);
  const repeated = await checkDedupe(engine, run, advancing);
  if (repeated) return skip(engine, stored, repeated);
  if (!gathers(trigger)) return takeWithPlaces(engine, stored, advancing);
  await gather(engine, stored, advancing);
  return undefined;
}

/** It may have been disabled since its run was made; a run that has begun goes on. */
function checkEnabled({ enabled }: Trigger): Held | undefined {
  if (enabled) return undefined;
  return { limit: 'disabled', detail: 'the trigger says "enabled: false"' };
}

/** An actor can say that what it does must not be done again, nor by a run that a replay leads to. */
function checkReplay({ actors }: Engine, run: Queued['document']) {
  const { isReplay, causedByReplay, actor } = run;
  if (!(isReplay || causedByReplay) || actors[actor]?.replayable !== false) return undefined;
  const detail = `the actor "${actor}" is not to be replayed`;
  return { limit: 'replay', detail } satisfies Held;
}

async function takeWithPlaces(
  engine: Engine,
  stored: Queued,
  advancing: Advancing,
): Promise<Running | undefined | 'changed'> {
  const placed = await takePlaces(engine, stored.document, advancing);
  if (placed.outcome === 'skipped') return skip(engine, stored, placed.held);
  const tooSoon = await checkPace(engine, stored.document, advancing);
  if (tooSoon) {
    if (placed.outcome === 'placed') await giveBack(engine, placed.slots, stored.document);
    return skip(engine, stored, tooSoon);
  }
  if (placed.outcome === 'placed') return begin(engine, stored, advancing, placed.slots);
  const { orderingKey, signal } = advancing.delivery;
  const isOrdered = orderingKey !== undefined;
  const waiting = await waitForPlace(engine, stored, advancing, { ...placed, isOrdered });
  if (waiting.placed.outcome === 'placed') {
    return begin(engine, waiting.stored, advancing, waiting.placed.slots);
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

async function begin(
  engine: Engine,
  stored: Queued,
  { delivery }: Advancing,
  slots: readonly Slot[],
): Promise<Running | undefined | 'changed'> {
  const { document } = stored;
  // Before it begins: between that and its attempt nobody may take it for one that waits.
  if (document.held) await engine.store.delete(WAITERS, document.id);
  const placed = withPlaces(document, slots);
  const run = await takeRun(engine, { document: placed, etag: stored.etag }, delivery);
  // Its trigger has no limit any more: those that wait as if it had are told by what this one had.
  if (run && slots.length === 0) await releaseEach(engine, document);
  if (run) return run;
  await giveBackUnlessRunning(engine, slots, document);
  return 'changed';
}

/** Without those of a limit that there was: nobody would renew them, and the attempt would be ended. */
function withPlaces(run: RunOf<'queued'>, slots: readonly Slot[]): RunOf<'queued'> {
  const { slots: _slots, ...free } = run;
  if (slots.length === 0) return free;
  return { ...free, slots: slots.map(({ trigger: _trigger, ...place }) => place) };
}

/** Another delivery of the run may have begun it, and has these very places. */
async function giveBackUnlessRunning(
  engine: Engine,
  slots: readonly Slot[],
  run: RunOf<'queued'>,
): Promise<void> {
  if (slots.length === 0) return;
  const found = await engine.store.read(RUNS, run.id);
  if (found?.document.status !== 'running') await giveBack(engine, slots, run);
}

/** Once it is written nobody looks after the run any more: it leaves its line before. */
async function skip(engine: Engine, { document, etag }: Queued, held: Held): Promise<undefined> {
  await leaveLine(engine, document);
  await replaceRun(engine, skipRun(document, held, toTimestamp(engine.clock)), etag);
}

async function giveBack(
  engine: Engine,
  slots: readonly Slot[],
  { id: runId, nextAttempt }: RunOf<'queued'>,
): Promise<void> {
  for (const slot of slots) await release(engine, slot, { runId, before: nextAttempt + 1 });
}
