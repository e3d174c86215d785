import { type Held, MAX_GATHERED } from '../../domain/limits.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { gatherEvent, skipRun, unskipRun, withEmptyKey } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Limited } from '../concurrency/index.ts';
import { type Engine, type Saving, type Sending, toTimestamp } from '../engine/index.ts';
import { changeRun, replaceRun, sendRunMessage } from '../runs/index.ts';
import type { Queued } from './gate.ts';
import {
  findOpenWindow,
  findPointer,
  findWindowId,
  isOpenWindow,
  pointAtWindow,
} from './window-pointer.ts';

/**
 * A window gathers many events into one run. Invariants:
 *
 * 1. The window is the run of the event that opened it: queued, with the keys of the events that it
 *    has taken in. It closes when it begins, in the write that every joining would conflict with.
 * 2. Every other event has a run of its own, recorded as skipped in favour of the window's *before*
 *    it joins. A delivery that comes again finds out whether the window has taken the event in, and
 *    opens another window if it closed without.
 * 3. An event whose key is empty stands alone: its window has closed when it opens.
 * 4. The pointer to the open window (`window-pointer.ts`) is a hint: a run that it misses has a
 *    message of its own, and runs.
 */

/** Adds the event of a recorded run to the open window, or makes the run a window. */
export async function gatherInWindow(
  engine: Saving & Sending,
  own: Queued,
  gathering: Limited,
): Promise<void> {
  const pointer = await findPointer(gathering);
  if ('emptyKey' in pointer) return openAlone(engine, own, pointer.emptyKey);
  let run = own;
  for (;;) {
    const openId = await findOpenWindow(engine, pointer, run.document.id);
    if (openId === undefined) {
      run = await openWindow(engine, run, gathering.trigger);
      if (await pointAtWindow(engine, pointer, run.document.id)) {
        return sendRunMessage(engine, run.document);
      }
      continue;
    }
    const skipped = await skipFor(engine, run, toHeld(gathering.trigger, openId));
    if (await join(engine, openId, { member: run.document, ...gathering })) return;
    run = await unskip(engine, skipped);
  }
}

/** Makes sure that the window has the event of a run that was skipped for it, or opens another. */
export async function rejoinWindow(
  engine: Saving & Sending,
  { document, etag }: Stored<RunOf<'skipped'>>,
  gathering: Limited,
): Promise<void> {
  const windowId = findWindowId(document);
  if (windowId === undefined) return;
  if (await join(engine, windowId, { member: document, ...gathering })) return;
  await gatherInWindow(engine, await unskip(engine, { document, etag }), gathering);
}

/** Whether a run was skipped for a window that has not taken its event in. */
export async function isLeftOutOfWindow(
  { store }: Pick<Engine, 'store'>,
  run: RunOf<'skipped'>,
): Promise<boolean> {
  const windowId = findWindowId(run);
  if (windowId === undefined) return false;
  const window = (await store.read(RUNS, windowId))?.document;
  return !window?.gathered?.members.includes(run.eventKey);
}

interface Joining {
  readonly member: Pick<Run, 'eventKey' | 'depth'>;
  readonly trigger: Trigger;
}

/** @returns whether the window has the event, now or since before */
async function join(
  engine: Saving & Sending,
  windowId: string,
  { member, trigger }: Joining,
): Promise<boolean> {
  const now = engine.clock.now();
  const joined = await changeRun<RunOf<'queued'> | boolean>(engine, windowId, (found) => {
    if (found?.gathered?.members.includes(member.eventKey)) return { result: true };
    if (found?.status !== 'queued' || !isOpenWindow(found, now)) return { result: false };
    const dueAt = toDueAt(trigger, found, now);
    const document = gatherEvent(found, member, dueAt, toTimestamp(engine.clock));
    return { document, result: document };
  });
  if (typeof joined === 'boolean') return joined;
  // The window is full: its own message would come later.
  if (Date.parse(joined.dueAt) <= now) await sendRunMessage(engine, joined);
  return true;
}

/** Time when the window closes, once it has one event more. */
function toDueAt({ debounce, batch }: Trigger, run: RunOf<'queued'>, now: number): string {
  const { members = [], openedAt = run.createdAt } = run.gathered ?? {};
  const opened = Date.parse(openedAt);
  const size = batch?.size ?? MAX_GATHERED;
  if (members.length + 1 >= size) return new Date(now).toISOString();
  if (batch) return new Date(opened + batch.wait).toISOString();
  const { wait = 0, maxWait = MAX_WINDOW_MS } = debounce ?? {};
  return new Date(Math.min(now + wait, opened + maxWait)).toISOString();
}

const MAX_WINDOW_MS = 604_800_000;

/** Makes the run of an event without a key a window that has closed: no other event joins it. */
async function openAlone(
  engine: Saving & Sending,
  { document, etag }: Queued,
  emptyKey: string,
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const noted = withEmptyKey(document, emptyKey);
  const { document: run } = await replaceRun(engine, gatherEvent(noted, document, now, now), etag);
  await sendRunMessage(engine, run);
}

async function openWindow(engine: Saving, { document, etag }: Queued, trigger: Trigger) {
  if (document.gathered) return { document, etag };
  const now = engine.clock.now();
  const openedAt = toTimestamp(engine.clock);
  const empty = { ...document, gathered: { members: [], openedAt } };
  const run = gatherEvent(empty, document, toDueAt(trigger, empty, now), openedAt);
  return replaceRun(engine, run, etag);
}

function toHeld({ batch }: Trigger, by: string): Held {
  const limit = batch ? 'batch' : 'debounce';
  return { limit, detail: 'another run takes its event in', by };
}

async function skipFor(engine: Saving, { document, etag }: Queued, held: Held) {
  const { gathered: _gathered, ...plain } = document;
  const run = skipRun(plain, held, toTimestamp(engine.clock));
  return replaceRun(engine, run, etag);
}

async function unskip(
  engine: Saving,
  { document, etag }: Stored<RunOf<'skipped'>>,
): Promise<Queued> {
  const run = unskipRun(document, toTimestamp(engine.clock));
  const queued = await replaceRun(engine, run, etag);
  engine.triggerLog?.noteReopened(run.trigger);
  return queued;
}
