import { EVENTS, RUNS } from '../collections.ts';
import {
  type EventMessage,
  type Message,
  parseMessage,
  type RunMessage,
} from '../domain/message.ts';
import { isEnded, type Run, type RunOf } from '../domain/run.ts';
import { createQueuedRun, interruptRun } from '../domain/run-transitions.ts';
import type { Trigger } from '../domain/trigger.ts';
import { TerminalError } from '../errors.ts';
import type { Delivery, Stored } from '../ports.ts';
import { type Advancing, advance, isUnlimited } from './advance.ts';
import { carryOut } from './carry-out.ts';
import {
  createRun,
  createUnlessThere,
  ensureMessage,
  isFirst,
  isInterrupted,
  takeRun,
} from './claim.ts';
import { conclude } from './conclude.ts';
import { keepUnreadable } from './dead-letters.ts';
import { dispatchPoll } from './dispatch-poll.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { rejoin } from './gather.ts';
import { countRecorded } from './metrics.ts';
import { failOrphan, recordOrphan } from './orphans.ts';
import { type Recorded, recordEvent, toNewRun, toRunEvent } from './record.ts';
import { dispatchReplay } from './replay-turn.ts';
import { replaceRun } from './save-run.ts';
import { type Matched, selectRuns } from './select-runs.ts';
import { isInLine } from './slots.ts';
import { traceDispatch } from './traces.ts';

/** Runs of one event that are executed with its own message; more get a message each. */
const MAX_INLINE_RUNS = 8;

export interface Dispatched {
  /** False for a message whose event was recorded by another one. */
  readonly isNew: boolean;
}

/**
 * A message's way through: record → match → run → record.
 *
 * 1. The message of an event is settled once each of its runs is recorded beyond this attempt:
 *    ended, or queued with a message of its own.
 * 2. Whatever is interrupted is found again by ids that are computed, so a redelivery goes on
 *    where the last one stopped and repeats at most the attempt in flight.
 * 3. Throws when something could not be recorded: the message must come again.
 */
export async function dispatch(delivery: Delivery, engine: Engine): Promise<Dispatched> {
  let message: Message;
  try {
    message = parseMessage(delivery.body);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    await keepUnreadable(engine, delivery, error.message);
    return { isNew: true };
  }
  if (message.kind === 'poll') {
    await dispatchPoll(engine, message, delivery);
    return { isNew: true };
  }
  if (message.kind === 'run') {
    await dispatchRun(message, delivery, engine);
    return { isNew: true };
  }
  if (message.kind === 'replay') {
    await dispatchReplay(engine, message, delivery);
    return { isNew: true };
  }
  return traceDispatch(engine, message.event, delivery, (traced) =>
    dispatchEventMessage(message, delivery, traced),
  );
}

async function dispatchEventMessage(
  message: EventMessage,
  delivery: Delivery,
  engine: Engine,
): Promise<Dispatched> {
  await engine.states.refresh();
  const recorded = await recordEvent(engine, message.event);
  const { record, isNew } = recorded;
  if (isNew) countRecorded(engine, record);
  // A first delivery of a message whose event is known: the sender has sent it again, later than the
  // queue remembers.
  if (!isNew && isFirst(delivery)) {
    engine.onDuplicate?.(record.source);
    engine.telemetry?.count('heddle.events.duplicates', 1, { source: record.source });
  }
  const matched = await selectRuns(message, recorded, delivery, engine);
  await dispatchEvent(toOrdered(matched, engine), recorded, delivery, engine);
  return { isNew };
}

/** Those of the highest priority begin first. */
function toOrdered(matched: readonly Matched[], { triggers }: Engine): readonly Matched[] {
  const toPriority = ({ trigger }: Matched) => {
    const priority = triggers.get(trigger)?.priority;
    return typeof priority === 'number' ? priority : 0;
  };
  return matched.toSorted((a, b) => toPriority(b) - toPriority(a));
}

async function dispatchEvent(
  matched: readonly Matched[],
  recorded: Recorded,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  const inline = delivery.orderingKey === undefined ? matched.slice(0, MAX_INLINE_RUNS) : matched;
  // All are waited for: what could be recorded is, whatever the others met.
  const results = await Promise.allSettled([
    deferRuns(matched.slice(inline.length), recorded, delivery, engine),
    ...inline.map((decision) => startRun(decision, recorded, delivery, engine)),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function deferRuns(
  matched: readonly Matched[],
  recorded: Recorded,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  await Promise.all(
    matched.map(async (one) => {
      const { runId } = one;
      const trigger = engine.triggers.get(one.trigger);
      if (!trigger) return recordOrphan(one, recorded, delivery, engine);
      const run = (await createQueued(engine, runId, trigger, recorded))?.document;
      const known = run ?? (await engine.store.read(RUNS, runId))?.document;
      if (known?.status === 'queued') await ensureMessage(engine, known);
    }),
  );
}

async function startRun(
  matched: Matched,
  recorded: Recorded,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  const { runId } = matched;
  const trigger = engine.triggers.get(matched.trigger);
  if (!trigger) return recordOrphan(matched, recorded, delivery, engine);
  const advancing = { trigger, event: recorded.event, delivery };
  const run = isUnlimited(engine, trigger, recorded.event)
    ? await startAtOnce(engine, runId, recorded, advancing)
    : await startWithinLimits(engine, runId, recorded, advancing);
  if (run) await carryOut(engine, { run, ...advancing }, delivery);
}

async function startAtOnce(
  engine: Engine,
  runId: string,
  recorded: Recorded,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const triggerVersion = await engine.versions.keep(advancing.trigger);
  const fresh = { ...toNewRun(recorded, runId, advancing.trigger), triggerVersion };
  const created = await createRun(engine, fresh, advancing.delivery);
  return 'ours' in created ? created.ours : resume(engine, created.theirs, advancing);
}

async function startWithinLimits(
  engine: Engine,
  runId: string,
  recorded: Recorded,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const created = await createQueued(engine, runId, advancing.trigger, recorded);
  if (created) return advance(engine, created, advancing);
  const known = await engine.store.read(RUNS, runId);
  return known && resume(engine, known, advancing);
}

async function createQueued(
  engine: Engine,
  runId: string,
  trigger: Trigger,
  recorded: Recorded,
): Promise<Stored<RunOf<'queued'>> | undefined> {
  const triggerVersion = await engine.versions.keep(trigger);
  const fresh = { ...toNewRun(recorded, runId, trigger), triggerVersion };
  return createUnlessThere(engine, createQueuedRun(fresh, toTimestamp(engine.clock)));
}

/** A run that an earlier delivery of the event has recorded. */
async function resume(
  engine: Engine,
  { document, etag }: Stored<Run>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  if (document.status !== 'queued') return goOn(engine, { document, etag }, advancing);
  const { orderingKey } = advancing.delivery;
  if (orderingKey !== undefined) return advance(engine, { document, etag }, advancing);
  await ensureMessage(engine, document);
  return undefined;
}

/** Goes on with a run that is not queued, where whoever had it did not come to its end. */
async function goOn(
  engine: Engine,
  { document, etag }: Stored<Run>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { delivery } = advancing;
  if (isInterrupted(document, delivery)) {
    if (!document.slots) return takeRun(engine, { document, etag }, delivery);
    const queued = interruptRun(document, toTimestamp(engine.clock));
    return advance(engine, await replaceRun(engine, queued, etag), advancing);
  }
  if (isFirst(delivery)) {
    // It waited, and whoever ended it was cut off.
    if (isEnded(document) && (await isInLine(engine, document))) await conclude(engine, document);
    return undefined;
  }
  if (document.status === 'skipped') await rejoin(engine, { document, etag }, advancing);
  else await conclude(engine, document);
  return undefined;
}

async function dispatchRun(
  { runId, attempt }: RunMessage,
  delivery: Delivery,
  engine: Engine,
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
    const run = isDue ? await takeRun(engine, stored, delivery) : undefined;
    return run && failOrphan(run, engine);
  }
  await traceDispatch(engine, event, delivery, async (traced) => {
    const advancing = { trigger, event, delivery };
    const run = isItsTurn
      ? await advance(traced, { document, etag }, advancing)
      : await catchUp(traced, stored, advancing);
    if (run) await carryOut(traced, { run, ...advancing }, delivery);
  });
}

/** A message whose attempt has been made: whoever made it may not have sent the next. */
async function catchUp(
  engine: Engine,
  stored: Stored<Run>,
  advancing: Advancing,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { document } = stored;
  if (document.status !== 'queued') return goOn(engine, stored, advancing);
  const { deliveryCount, orderingKey } = advancing.delivery;
  // Who had it in its turn makes all its attempts: what comes after it must not go first.
  if (orderingKey !== undefined) return advance(engine, { document, etag: stored.etag }, advancing);
  if (deliveryCount > 1) {
    await conclude(engine, document);
    await ensureMessage(engine, document);
  }
  return undefined;
}

/** As the run's replay asks for it: as it was, or as it is. */
async function findTrigger(
  { triggers, versions }: Engine,
  { trigger, replay, triggerVersion }: Run,
): Promise<Trigger | undefined> {
  if (replay?.uses !== 'original' || triggerVersion === undefined) return triggers.get(trigger);
  return versions.find(triggerVersion);
}
