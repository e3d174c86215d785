import type { Run, RunOf } from '../../domain/run.ts';
import {
  createQueuedRun,
  interruptRun,
  type NewRun,
  withEmptyKey,
} from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import { isWithoutOrder } from '../../triggers/match/index.ts';
import { advanceRun, executeRun, recoverRun } from '../attempts/index.ts';
import { type Ending, type Engine, type Saving, toTimestamp } from '../engine/index.ts';
import type { Advancing } from '../limits/index.ts';
import { isUnlimited } from '../limits/index.ts';
import {
  createRun,
  createRunOnce,
  isInterrupted,
  leaveToLane,
  replaceRun,
  sendRunMessage,
  takeSeat,
  toNewRun,
} from '../runs/index.ts';
import type { Selected } from './expand-items.ts';
import { recordOrphan } from './record-orphan.ts';
import type { Arrived } from './select-runs.ts';

type Running = Stored<RunOf<'running'>>;

/** Records a run of an event as queued, and leaves it to a message of its own. */
export async function queueRun(
  engine: Ending & Pick<Engine, 'versions'>,
  matched: Selected,
  arrived: Arrived,
): Promise<void> {
  const { runId } = matched;
  const trigger = engine.triggers.get(matched.trigger);
  if (!trigger) return recordOrphan(engine, matched, arrived);
  const fresh = await toFresh(matched, arrived, trigger);
  const run = (await createQueued(engine, fresh, trigger))?.document;
  const known = run ?? (await engine.store.read(RUNS, runId))?.document;
  if (known?.status === 'queued') await sendRunMessage(engine, known);
}

/** Records a run of an event and executes it, as far as its trigger's limits allow. */
export async function startRun(engine: Engine, matched: Selected, arrived: Arrived): Promise<void> {
  const { delivery } = arrived;
  const trigger = engine.triggers.get(matched.trigger);
  if (!trigger) return recordOrphan(engine, matched, arrived);
  const advancing = { trigger, event: matched.event, delivery };
  const fresh = await toFresh(matched, arrived, trigger);
  const seat = await takeSeat(engine, trigger.name, delivery);
  if (!seat) return leaveRun(engine, fresh, advancing);
  try {
    await startSeated(engine, fresh, advancing);
  } finally {
    seat();
  }
}

/** The new run, with a note where it has no place in an order for want of a key. */
async function toFresh(
  { event, ...matched }: Selected,
  { recorded: { record } }: Arrived,
  trigger: Trigger,
): Promise<NewRun> {
  const fresh = toNewRun({ record, event }, matched, trigger);
  const isAlone = await isWithoutOrder(trigger, event);
  return isAlone ? withEmptyKey(fresh, 'orderingKey') : fresh;
}

async function startSeated(engine: Engine, fresh: NewRun, advancing: Advancing): Promise<void> {
  const { trigger, delivery } = advancing;
  const run = isUnlimited(engine, { run: fresh, trigger })
    ? await startAtOnce(engine, fresh, advancing)
    : await startWithinLimits(engine, fresh, advancing);
  if (run) await executeRun(engine, { run, ...advancing }, delivery);
}

/** Records a run that has found no seat, or what an interrupted delivery has left of it. */
async function leaveRun(engine: Engine, fresh: NewRun, advancing: Advancing): Promise<void> {
  const created = await createQueued(engine, fresh, advancing.trigger);
  if (created) return leaveToLane(engine, created.document);
  const known = await engine.store.read(RUNS, fresh.id);
  if (!known) return;
  const { document, etag } = known;
  if (document.status === 'queued') return sendRunMessage(engine, document);
  if (!isInterrupted(document, advancing.delivery)) {
    return void (await recoverRun(engine, known, advancing));
  }
  const queued = interruptRun(document, toTimestamp(engine.clock));
  await leaveToLane(engine, (await replaceRun(engine, queued, etag)).document);
}

async function startAtOnce(
  engine: Engine,
  fresh: NewRun,
  advancing: Advancing,
): Promise<Running | undefined> {
  const triggerVersion = await engine.versions.keep(advancing.trigger);
  const created = await createRun(engine, { ...fresh, triggerVersion }, advancing.delivery);
  return 'ours' in created ? created.ours : resume(engine, created.theirs, advancing);
}

async function startWithinLimits(
  engine: Engine,
  fresh: NewRun,
  advancing: Advancing,
): Promise<Running | undefined> {
  const created = await createQueued(engine, fresh, advancing.trigger);
  if (created) return advanceRun(engine, created, advancing);
  const known = await engine.store.read(RUNS, fresh.id);
  return known && resume(engine, known, advancing);
}

async function createQueued(
  engine: Saving & Pick<Engine, 'versions'>,
  fresh: NewRun,
  trigger: Trigger,
): Promise<Stored<RunOf<'queued'>> | undefined> {
  const triggerVersion = await engine.versions.keep(trigger);
  const run = createQueuedRun({ ...fresh, triggerVersion }, toTimestamp(engine.clock));
  return createRunOnce(engine, run);
}

/** Resumes a run that an earlier delivery of the event has recorded. */
async function resume(
  engine: Engine,
  { document, etag }: Stored<Run>,
  advancing: Advancing,
): Promise<Running | undefined> {
  if (document.status !== 'queued') return recoverRun(engine, { document, etag }, advancing);
  const { orderingKey } = advancing.delivery;
  if (orderingKey !== undefined) return advanceRun(engine, { document, etag }, advancing);
  await sendRunMessage(engine, document);
  return undefined;
}
