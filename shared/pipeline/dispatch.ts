import { EVENTS, RUNS } from '../collections.ts';
import { type EventRecord, fromEventRecord } from '../domain/event-record.ts';
import {
  type EventMessage,
  type Message,
  parseMessage,
  type RunMessage,
} from '../domain/message.ts';
import type { Run, RunOf } from '../domain/run.ts';
import { createQueuedRun } from '../domain/run-transitions.ts';
import { TerminalError } from '../errors.ts';
import type { Delivery, Stored } from '../ports.ts';
import type { Begun } from './attempt.ts';
import { carryOut } from './carry-out.ts';
import { createRun, createUnlessThere, ensureMessage, isInterrupted, takeRun } from './claim.ts';
import { keepUnreadable } from './dead-letters.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { countRecorded } from './metrics.ts';
import { failOrphan, recordOrphan } from './orphans.ts';
import { recordEvent, toNewRun, toRunMessage } from './record.ts';
import { type Matched, selectRuns } from './select-runs.ts';
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
  if (message.kind === 'run') {
    await dispatchRun(message, delivery, engine);
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
  const { record, isNew } = await recordEvent(engine, message.event);
  if (isNew) countRecorded(engine, record);
  const isCopy = delivery.orderingKey !== undefined;
  // A first delivery of a message whose event is known: the sender has sent it again, later than the
  // queue remembers.
  if (!isNew && !isCopy && delivery.deliveryCount <= 1) {
    engine.onDuplicate?.(record.source);
    engine.telemetry?.count('heddle.events.duplicates', 1, { source: record.source });
  }
  await dispatchEvent(
    await selectRuns(message, record, delivery, engine),
    record,
    delivery,
    engine,
  );
  return { isNew };
}

async function dispatchEvent(
  matched: readonly Matched[],
  record: EventRecord,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  const inline = delivery.orderingKey === undefined ? matched.slice(0, MAX_INLINE_RUNS) : matched;
  // All are waited for: what could be recorded is, whatever the others met.
  const results = await Promise.allSettled([
    deferRuns(matched.slice(inline.length), record, engine),
    ...inline.map((decision) => startRun(decision, record, delivery, engine)),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function deferRuns(
  matched: readonly Matched[],
  record: EventRecord,
  engine: Engine,
): Promise<void> {
  if (matched.length === 0) return;
  const created = matched.map(async ({ runId, trigger: name }) => {
    const trigger = engine.triggers.get(name);
    if (!trigger) return recordOrphan(runId, name, record, engine);
    const run = createQueuedRun(toNewRun(record, runId, trigger), toTimestamp(engine.clock));
    await createUnlessThere(engine, run);
  });
  await Promise.all(created);
  await engine.queue.send(matched.map(({ runId }) => toRunMessage(runId, 1)));
}

async function startRun(
  { runId, trigger: name }: Matched,
  record: EventRecord,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  const trigger = engine.triggers.get(name);
  if (!trigger) return recordOrphan(runId, name, record, engine);
  const created = await createRun(engine, toNewRun(record, runId, trigger), delivery);
  const run = 'ours' in created ? created.ours : await resume(created.theirs, delivery, engine);
  if (!run) return;
  const begun: Begun = { run, event: fromEventRecord(record), trigger, ...delivery };
  await carryOut(engine, begun, delivery);
}

/** A run that an earlier delivery of the event has recorded. */
async function resume(
  stored: Stored<Run>,
  delivery: Delivery,
  engine: Engine,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { document } = stored;
  if (document.status === 'queued') {
    if (delivery.orderingKey !== undefined) return takeRun(engine, stored, delivery);
    await ensureMessage(engine, document);
  }
  return isInterrupted(document, delivery) ? takeRun(engine, stored, delivery) : undefined;
}

async function dispatchRun(
  { runId, attempt }: RunMessage,
  delivery: Delivery,
  engine: Engine,
): Promise<void> {
  const stored = await engine.store.read(RUNS, runId);
  if (!stored) return;
  const { document } = stored;
  const isItsTurn = document.status === 'queued' && document.nextAttempt === attempt;
  if (!isItsTurn && !isInterrupted(document, delivery)) return;
  const run = await takeRun(engine, stored, delivery);
  if (!run) return;
  const record = await engine.store.read(EVENTS, document.eventKey);
  const trigger = engine.triggers.get(document.trigger);
  if (!record || !trigger) return failOrphan(run, engine);
  const event = fromEventRecord(record.document);
  const begun: Begun = { run, event, trigger, ...delivery };
  await traceDispatch(engine, event, delivery, (traced) => carryOut(traced, begun, delivery));
}
