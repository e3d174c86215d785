import { WAITERS } from '../collections.ts';
import type { Event } from '../domain/event.ts';
import type { Holder } from '../domain/limit-state.ts';
import type { Held } from '../domain/limits.ts';
import type { RunOf } from '../domain/run.ts';
import { holdRun, rescheduleRun } from '../domain/run-transitions.ts';
import type { Trigger } from '../domain/trigger.ts';
import type { Stored } from '../ports.ts';
import { toRunInput } from '../triggers/run-input.ts';
import { toInputHash } from './actor-input.ts';
import { cancelIfThere, cancelWaiters } from './cancel.ts';
import { change } from './change.ts';
import { ensureMessage } from './claim.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { countHeld } from './metrics.ts';
import { replaceRun } from './save-run.ts';
import { acquire, askToEnd, createSlot, release, type Slot, toMax } from './slots.ts';

/** A trigger by which runs are limited in number, and what the keys are rendered over. */
export interface Limited {
  readonly trigger: Trigger;
  readonly event: Event;
}

interface Places {
  /** One for each input: whoever finds it taken is skipped. */
  readonly input: Slot | undefined;
  /** So many for the trigger, or for each of its keys. */
  readonly shared: Slot | undefined;
  readonly key: string | undefined;
}

export type Placed =
  | { readonly outcome: 'placed'; readonly slots: readonly Slot[] }
  | { readonly outcome: 'skipped'; readonly held: Held }
  | { readonly outcome: 'waiting'; readonly slot: Slot; readonly held: Held };

export function isLimitedInNumber(trigger: Trigger): boolean {
  return !trigger.allowConcurrent || toMax(trigger) !== undefined;
}

/** Takes the places that a run needs, or says what it finds. */
export async function takePlaces(
  engine: Engine,
  run: RunOf<'queued'>,
  limited: Limited,
): Promise<Placed> {
  const { input, shared, key } = await findPlaces(engine, limited);
  if (input) {
    const found = await acquire(engine, input, run);
    if (!found.isAcquired) return toRefused(run, input, found.holders);
  }
  if (!shared) return { outcome: 'placed', slots: input ? [input] : [] };
  const placed = await takeShared(engine, run, limited.trigger, { slot: shared, key });
  if (placed.outcome === 'placed') {
    return { outcome: 'placed', slots: input ? [input, shared] : [shared] };
  }
  const before = run.nextAttempt + 1;
  if (input) await release(engine, input, { runId: run.id, before });
  return placed;
}

/** Who has been tried before is not skipped: its turn comes again. */
function toRefused(run: RunOf<'queued'>, slot: Slot, [holder]: readonly Holder[]): Placed {
  const detail = 'a run with the same input is executed';
  const by = holder ? { by: holder.runId } : {};
  const held: Held = { limit: 'allowConcurrent', detail, key: slot.inputHash, ...by };
  const isRetry = run.attempts.length > 0;
  return isRetry ? { outcome: 'waiting', slot, held } : { outcome: 'skipped', held };
}

async function takeShared(
  engine: Engine,
  run: RunOf<'queued'>,
  { overlap = 'queue' }: Trigger,
  { slot, key }: { readonly slot: Slot; readonly key: string | undefined },
): Promise<Placed> {
  const isRetry = run.attempts.length > 0;
  let found = await acquire(engine, slot, run);
  while (!found.isAcquired && overlap === 'replace' && !isRetry) {
    await makeRoom(engine, slot, run.id, found.holders);
    found = await acquire(engine, slot, run);
  }
  if (found.isAcquired) return { outcome: 'placed', slots: [slot] };
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

/** Before it has a place: whoever is cut off finds those that are left to cancel where they were. */
async function makeRoom(
  engine: Engine,
  slot: Slot,
  runId: string,
  holders: readonly Holder[],
): Promise<void> {
  const reason = toReason(runId);
  await cancelWaiters(engine, slot.id, runId, reason);
  for (const { runId: id } of holders) {
    await cancelIfThere(engine, id, reason);
    // One that has not begun does not say that it has a place.
    await release(engine, slot, { runId: id });
  }
}

function toReason(runId: string): string {
  return `the run ${runId} takes its place`;
}

type Waiting = Extract<Placed, { outcome: 'waiting' }> & {
  /** The delivery that has the run in order waits with it. */
  readonly isOrdered: boolean;
};

/**
 * Puts a run in line. Unless it waits in an order it has a message of its own, for the case that nobody
 * hands it a place; those come the less often, the longer it waits.
 * @returns the places after all, where one has become free meanwhile
 */
export async function waitForPlace(
  engine: Engine,
  { document: run, etag }: Stored<RunOf<'queued'>>,
  limited: Limited,
  { slot, held, isOrdered }: Waiting,
): Promise<{ readonly stored: Stored<RunOf<'queued'>>; readonly placed: Placed }> {
  const now = toTimestamp(engine.clock);
  const next = holdRun(rescheduleRun(run, toNextLook(engine, run), now), held, now);
  const document = { ...next, slots: [{ id: slot.id, max: slot.max }] };
  const stored = await replaceRun(engine, document, etag);
  if (!run.held) countHeld(engine, run.trigger, held, 'waiting');
  const turn = toTurn(run, await toPriority(limited));
  await change(engine.store, WAITERS, run.id, () => ({
    document: {
      ...{ id: run.id, slot: slot.id, attempt: run.nextAttempt, turn },
      ...(isOrdered ? { isOrdered } : {}),
    },
    result: undefined,
  }));
  const placed = await takePlaces(engine, document, limited);
  if (placed.outcome !== 'placed' && !isOrdered) await ensureMessage(engine, document);
  return { stored, placed };
}

const MAX_LOOK_MS = 300_000;

function toNextLook({ clock, leaseMs }: Engine, { createdAt }: RunOf<'queued'>): string {
  const now = clock.now();
  const wait = Math.min(Math.max(now - Date.parse(createdAt), leaseMs), MAX_LOOK_MS);
  return new Date(now + wait).toISOString();
}

const STEP_MS = 10 * 365 * 86_400_000;

function toTurn({ createdAt }: RunOf<'queued'>, priority: number): string {
  return new Date(Date.parse(createdAt) - priority * STEP_MS).toISOString();
}

async function toPriority({ trigger, event }: Limited): Promise<number> {
  const { priority } = trigger;
  if (typeof priority === 'number') return priority;
  const { renderKey } = await import('../triggers/inputs.ts');
  const rendered = Math.round(Number(renderKey(trigger, priority, event, 'priority')));
  return Number.isNaN(rendered) ? 0 : Math.min(10, Math.max(-10, rendered));
}

async function findPlaces(engine: Engine, { trigger, event }: Limited): Promise<Places> {
  const { name, allowConcurrent, concurrencyKey } = trigger;
  const max = toMax(trigger);
  const key = concurrencyKey === undefined ? undefined : await renderOne(trigger, event);
  const shared = max === undefined ? undefined : createSlot(name, max, 'slots', key ?? '');
  const hash = allowConcurrent ? undefined : await hashInput(engine, { trigger, event });
  const input = hash === undefined ? undefined : toInputSlot(name, hash);
  return { input, shared, key };
}

function toInputSlot(trigger: string, inputHash: string): Slot {
  return { ...createSlot(trigger, 1, 'input', inputHash), inputHash };
}

async function renderOne(trigger: Trigger, event: Event): Promise<string> {
  const { renderKey } = await import('../triggers/inputs.ts');
  return renderKey(trigger, trigger.concurrencyKey ?? '', event, 'concurrencyKey');
}

/** Undefined where the input cannot be made: then the attempt fails, and says why. */
async function hashInput(engine: Engine, { trigger, event }: Limited): Promise<string | undefined> {
  const code = engine.triggers.codeOf(trigger.name);
  try {
    return toInputHash(await toRunInput(trigger, [event], code));
  } catch {
    return undefined;
  }
}
