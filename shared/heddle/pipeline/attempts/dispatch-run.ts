import type { RunMessage } from '../../domain/message.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import { interruptRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { EVENTS, RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { failOrphan, finishRun } from '../completion/index.ts';
import { type Ending, type Engine, toTimestamp } from '../engine/index.ts';
import type { Advancing } from '../limits/index.ts';
import {
  findItemEvent,
  isInterrupted,
  leaveToLane,
  replaceRun,
  sendRunMessage,
  takeRun,
  takeSeat,
} from '../runs/index.ts';
import { traceDispatch } from '../telemetry/index.ts';
import { advanceRun } from './advance-run.ts';
import { executeRun } from './execute-run.ts';
import { recoverRun } from './recover-run.ts';

/** Handles the message of a run: makes one attempt, if it is its turn. */
export async function dispatchRun(
  engine: Engine,
  { runId, attempt }: RunMessage,
  delivery: Delivery,
): Promise<void> {
  const stored = await engine.store.read(RUNS, runId);
  if (!stored) return;
  const { document, etag } = stored;
  const [trigger, record] = await Promise.all([
    findTrigger(engine, document),
    engine.store.read(EVENTS, document.eventKey),
    engine.states.refresh(),
  ]);
  const event = await findItemEvent(document, record?.document);
  const isItsTurn = document.status === 'queued' && document.nextAttempt === attempt;
  if (!trigger || !event) {
    const isDue = isItsTurn || isInterrupted(document, delivery);
    return isDue ? endOrphan(engine, stored, delivery) : undefined;
  }
  await traceDispatch(engine, event, delivery, async (traced) => {
    const advancing = { trigger, event, delivery };
    if (!isItsTurn && !mayExecute(document, delivery)) {
      return void (await catchUp(traced, stored, advancing));
    }
    const seat = await takeSeat(traced, trigger.name, delivery, { isFirst: true });
    if (!seat) return leaveRun(traced, stored, delivery);
    try {
      const run = isItsTurn
        ? await advanceRun(traced, { document, etag }, advancing)
        : await catchUp(traced, stored, advancing);
      if (run) await executeRun(traced, { run, ...advancing }, delivery);
    } finally {
      seat();
    }
  });
}

/** Whether a message whose attempt has been made may execute the run all the same. */
function mayExecute(run: Run, delivery: Delivery): boolean {
  return delivery.orderingKey !== undefined || isInterrupted(run, delivery);
}

/** Leaves a run that has found no seat to another message. */
async function leaveRun(
  engine: Engine,
  { document, etag }: Stored<Run>,
  delivery: Delivery,
): Promise<void> {
  const turn = `seat:${delivery.sequence}`;
  if (document.status === 'queued') return leaveToLane(engine, document, turn);
  if (document.status !== 'running') return;
  const queued = interruptRun(document, toTimestamp(engine.clock));
  await leaveToLane(engine, (await replaceRun(engine, queued, etag)).document, turn);
}

/** Fails a run that is due and whose trigger or event is gone. */
async function endOrphan(engine: Ending, stored: Stored<Run>, delivery: Delivery): Promise<void> {
  const run = await takeRun(engine, stored, delivery);
  if (run) await failOrphan(engine, run);
}

/**
 * Handles a message whose attempt has been made: the delivery that made it may not have sent the
 * next.
 */
async function catchUp(
  engine: Engine,
  stored: Stored<Run>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { document } = stored;
  if (document.status !== 'queued') return recoverRun(engine, stored, advancing);
  const { deliveryCount, orderingKey } = advancing.delivery;
  // A delivery with an ordering key makes all attempts itself: what comes after it must not go
  // first.
  if (orderingKey !== undefined)
    return advanceRun(engine, { document, etag: stored.etag }, advancing);
  if (deliveryCount > 1) {
    await finishRun(engine, document);
    await sendRunMessage(engine, document);
  }
  return undefined;
}

/** Finds the trigger as the run's replay asks for it: as it was, or as it is. */
async function findTrigger(
  { triggers, versions }: Pick<Engine, 'triggers' | 'versions'>,
  { trigger, replay, triggerVersion }: Run,
): Promise<Trigger | undefined> {
  if (replay?.uses !== 'original' || triggerVersion === undefined) return triggers.get(trigger);
  return versions.find(triggerVersion);
}
