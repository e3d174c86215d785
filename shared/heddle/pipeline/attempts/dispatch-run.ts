import type { RunMessage } from '../../domain/message.ts';
import type { Run, RunOf } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { EVENTS, RUNS } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { failOrphan, finishRun } from '../completion/index.ts';
import type { Ending, Engine } from '../engine/index.ts';
import type { Advancing } from '../limits/index.ts';
import { isInterrupted, sendRunMessage, takeRun, toRunEvent } from '../runs/index.ts';
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
  const event = toRunEvent(document, record?.document);
  const isItsTurn = document.status === 'queued' && document.nextAttempt === attempt;
  if (!trigger || !event) {
    const isDue = isItsTurn || isInterrupted(document, delivery);
    return isDue ? endOrphan(engine, stored, delivery) : undefined;
  }
  await traceDispatch(engine, event, delivery, async (traced) => {
    const advancing = { trigger, event, delivery };
    const run = isItsTurn
      ? await advanceRun(traced, { document, etag }, advancing)
      : await catchUp(traced, stored, advancing);
    if (run) await executeRun(traced, { run, ...advancing }, delivery);
  });
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
