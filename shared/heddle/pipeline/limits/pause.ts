import { randomUUID } from 'node:crypto';
import type { Held } from '../../domain/limits.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { holdRun, skipRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerState } from '../../domain/trigger-state.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { OutgoingMessage } from '../../ports/event-queue.ts';
import { giveBackAll, leaveLine } from '../concurrency/release-slots.ts';
import { type Engine, toTimestamp } from '../engine/engine.ts';
import { findOrderOf } from '../events/ordering-keys.ts';
import { toRunMessage } from '../events/record-event.ts';
import { changeRun, replaceRun } from '../runs/save-run.ts';
import { countHeld } from '../telemetry/metrics.ts';

const PAGE = 100;

interface Pause {
  readonly by: NonNullable<TriggerState['by']>;
  /** Undefined: the one that there is stays. */
  readonly message: string | undefined;
}

/** From now on what the trigger matches is held, dropped, or the last of it kept, as it says. */
export function pauseTrigger(
  { states }: Pick<Engine, 'states'>,
  name: string,
  pause: Pause,
): Promise<TriggerState | undefined> {
  return states.change(name, (state) =>
    state?.status === 'paused' ? toPausedAgain(state, pause) : toPaused(state, pause),
  );
}

/** One in error is asked again, and what it matches is held: what is to be mended stays known. */
function toPaused(state: TriggerState | undefined, { by, message = 'by an operator' }: Pause) {
  const fault = state?.status === 'error' ? state.message : undefined;
  return { status: 'paused', by, message, ...toFault(fault) } as const;
}

/** An operator who says something else is heard, the breaker has nothing to add. */
function toPausedAgain(state: TriggerState, { by, message }: Pause) {
  const isSame = message === undefined || (message === state.message && by === state.by);
  if (by === 'breaker' || isSame) return undefined;
  const fault = state.by === 'breaker' ? state.message : state.fault;
  return { ...toWritten(state), by, message, ...toFault(fault) };
}

function toFault(fault: string | undefined): Pick<TriggerState, 'fault'> {
  return fault === undefined ? {} : { fault };
}

/**
 * Lets a trigger run again, paused or in error, and with it the runs that were held. That they are
 * being let go is written first: whoever finds it so goes on where this was cut off. Those of a trigger
 * that is no longer defined end as any other run of it.
 * @returns how many runs were let go
 */
export async function resumeTrigger(engine: Engine, name: string): Promise<number> {
  await engine.states.change(
    name,
    (state) =>
      state && {
        ...{ status: 'active', isReleasing: true },
        ...(state.lastHeld === undefined ? {} : { lastHeld: state.lastHeld }),
      },
  );
  return letGo(engine, name);
}

/** Whether a trigger that is no longer defined has left something that a resumption ends. */
export async function isLeftBehind(engine: Engine, name: string): Promise<boolean> {
  await engine.states.refresh();
  if (engine.states.all.has(name)) return true;
  for await (const held of findHeld(engine, name)) if (held.length > 0) return true;
  return false;
}

/** Goes on with what a crash has cut off. */
export async function letGoHeld(engine: Engine): Promise<void> {
  await engine.states.refresh();
  const names = [...engine.states.all.values()].filter(({ isReleasing }) => isReleasing);
  for (const { id } of names) await letGo(engine, id);
}

async function letGo(engine: Engine, name: string): Promise<number> {
  const lastHeld = engine.states.all.get(name)?.lastHeld;
  const keepsLast = engine.triggers.get(name)?.whilePaused === 'keepLast';
  const last = keepsLast ? await findRun(engine, lastHeld) : undefined;
  let count = 0;
  for await (const held of findHeld(engine, name)) {
    const wanted = held.filter((run) => !last || !isLater(last, run));
    await letTheseGo(engine, wanted);
    count += wanted.length;
    if (!last) continue;
    for (const run of held) if (isLater(last, run)) await supersede(engine, run.id, last.id);
  }
  await engine.states.change(name, (state) =>
    state?.status === 'active' && state.isReleasing ? { status: 'active' } : undefined,
  );
  return count;
}

/** Page by page, oldest first. */
async function* findHeld(
  { store }: Engine,
  trigger: string,
): AsyncGenerator<readonly RunOf<'queued'>[]> {
  const where = { trigger, status: 'queued' };
  let continuation: string | undefined;
  do {
    const more = continuation === undefined ? {} : { continuation };
    const page = await store.list(RUNS, { where, isAscending: true, limit: PAGE, ...more });
    yield page.items.filter(isHeldByPause);
    continuation = page.continuation;
  } while (continuation !== undefined);
}

function isHeldByPause(run: Run): run is RunOf<'queued'> {
  return run.status === 'queued' && run.held?.limit === 'paused';
}

/**
 * Sends the messages of held runs in one go: somebody waits for the answer, and there may be thousands.
 * Runs stay recorded as held until they begin: whoever is cut off finds them again, and sends again.
 */
async function letTheseGo(engine: Engine, runs: readonly RunOf<'queued'>[]): Promise<void> {
  const messages = await Promise.all(runs.map((run) => toResumed(engine, run)));
  if (messages.length > 0) await engine.queue.send(messages);
}

/**
 * Each is a message of its own: an instance that does not know of the resumption yet may have held the
 * run again, in the same millisecond.
 */
async function toResumed(engine: Engine, run: RunOf<'queued'>): Promise<OutgoingMessage> {
  const turn = `resumed:${randomUUID()}`;
  const message = toRunMessage(run.id, run.nextAttempt, { turn });
  const orderingKey = await findOrderOf(engine, run);
  return orderingKey === undefined ? message : { ...message, orderingKey };
}

/** @param by the run that was kept in its place */
async function supersede(engine: Engine, id: string, by: string): Promise<void> {
  await changeRun<void>(engine, id, (found) => {
    if (!found || !isHeldByPause(found)) return { result: undefined };
    const document = skipRun(found, toSuperseded(by), toTimestamp(engine.clock));
    return { document, result: undefined };
  });
}

function toSuperseded(by: string): Held {
  return { limit: 'paused', detail: 'the trigger is paused, and a later run was kept', by };
}

/** What becomes of a run that is about to begin while its trigger is paused. */
export async function holdWhilePaused(
  engine: Engine,
  { document: run, etag }: Stored<RunOf<'queued'>>,
  { name, whilePaused }: Trigger,
  state: TriggerState,
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const detail = `the trigger is paused: ${state.message ?? 'by an operator'}`;
  const held: Held = { limit: 'paused', detail };
  // Retries of others, which no pause holds, wait for what it has or might be handed.
  await leaveLine(engine, run);
  const next = whilePaused === 'drop' ? skipRun(run, held, now) : holdRun(run, held, now);
  const { document } = await replaceRun<Run>(engine, next, etag);
  await giveBackAll(engine, document);
  if (document.status !== 'queued') return;
  if (!run.held) countHeld(engine, name, held, 'waiting');
  if (whilePaused === 'keepLast') await keepLast(engine, name, run);
  // It may have been resumed in between, and what is held now nobody would let go.
  const latest = await engine.states.change(name, () => undefined);
  if (latest?.status !== 'paused') await letTheseGo(engine, [document]);
}

/**
 * Of two runs the one that was made later is kept, in whatever order and however often they come to be
 * held: if each could take the other's place, none would be left.
 */
async function keepLast(engine: Engine, name: string, run: RunOf<'queued'>): Promise<void> {
  for (;;) {
    const lastHeld = (await engine.states.change(name, () => undefined))?.lastHeld;
    const last = await findRun(engine, lastHeld);
    if (last && isHeldByPause(last) && isLater(last, run)) {
      return supersede(engine, run.id, last.id);
    }
    const state = await engine.states.change(name, (found) =>
      found?.lastHeld === lastHeld ? found && { ...toWritten(found), lastHeld: run.id } : undefined,
    );
    if (state && state.lastHeld !== run.id) continue;
    if (last && isLater(run, last)) await supersede(engine, last.id, run.id);
    return;
  }
}

async function findRun({ store }: Engine, id: string | undefined): Promise<Run | undefined> {
  return id === undefined ? undefined : (await store.read(RUNS, id))?.document;
}

function isLater(one: Run, other: Run): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
  return one.id > other.id;
}

function toWritten({ id: _id, updatedAt: _at, since: _since, ...written }: TriggerState) {
  return written;
}
