import { EVENTS, RUNS } from '../collections.ts';
import type { Decision } from '../domain/decision.ts';
import { type EventRecord, fromEventRecord } from '../domain/event-record.ts';
import { type Message, parseMessage, type RunMessage } from '../domain/message.ts';
import { createQueuedRun, failRun, type Run, type RunOf } from '../domain/run.ts';
import { ConflictError, TerminalError } from '../errors.ts';
import type { Delivery, Settlement, Stored } from '../ports.ts';
import { runAttempt } from './attempt.ts';
import { createRun, ensureMessage, isInterrupted, takeRun } from './claim.ts';
import { COMPLETE, type Engine, toTimestamp } from './engine.ts';
import { recordEvent, toNewRun, toRunMessage } from './record.ts';

/** Runs of one event that are executed with its own message; more get a message each. */
const MAX_INLINE_RUNS = 8;

type Matched = Extract<Decision, { outcome: 'matched' }>;

/**
 * A message's way through: record → match → run → record.
 *
 * 1. The message of an event is settled once each of its runs is recorded beyond this attempt:
 *    ended, or queued with a message of its own.
 * 2. Whatever is interrupted is found again by ids that are computed, so a redelivery goes on
 *    where the last one stopped and repeats at most the attempt in flight.
 * 3. Throws when something could not be recorded: the message must come again.
 */
export async function dispatch(delivery: Delivery, engine: Engine): Promise<Settlement> {
  let message: Message;
  try {
    message = parseMessage(delivery.body);
  } catch (error) {
    if (error instanceof TerminalError) return { action: 'dead-letter', reason: error.message };
    throw error;
  }
  if (message.kind === 'run') return dispatchRun(message, delivery, engine);
  const { record, isNew } = await recordEvent(engine, message.event);
  // A first delivery of a message whose event is known: the sender has sent it again, later than the
  // queue remembers.
  if (!isNew && delivery.deliveryCount <= 1) engine.onDuplicate?.(record.source);
  return dispatchEvent(record, delivery, engine);
}

async function dispatchEvent(
  record: EventRecord,
  delivery: Delivery,
  engine: Engine,
): Promise<Settlement> {
  const matched = record.decisions.filter((decision) => decision.outcome === 'matched');
  const inline = matched.slice(0, MAX_INLINE_RUNS);
  const results = await Promise.allSettled([
    deferRuns(matched.slice(MAX_INLINE_RUNS), record, engine),
    ...inline.map((decision) => startRun(decision, record, delivery, engine)),
  ]);
  return mergeSettlements(results);
}

async function deferRuns(
  matched: readonly Matched[],
  record: EventRecord,
  engine: Engine,
): Promise<Settlement> {
  if (matched.length === 0) return COMPLETE;
  const created = matched.map(async ({ runId, trigger: name }) => {
    const trigger = engine.triggers.get(name);
    if (!trigger) return recordOrphan(runId, name, record, engine);
    const run = createQueuedRun(toNewRun(record, runId, trigger), toTimestamp(engine.clock));
    return createUnlessThere(engine, run);
  });
  await Promise.all(created);
  await engine.queue.send(matched.map(({ runId }) => toRunMessage(runId, 1)));
  return COMPLETE;
}

async function startRun(
  { runId, trigger: name }: Matched,
  record: EventRecord,
  delivery: Delivery,
  engine: Engine,
): Promise<Settlement> {
  const trigger = engine.triggers.get(name);
  if (!trigger) return recordOrphan(runId, name, record, engine);
  const created = await createRun(engine, toNewRun(record, runId, trigger), delivery);
  const run = 'ours' in created ? created.ours : await resume(created.theirs, delivery, engine);
  if (!run) return COMPLETE;
  return runAttempt(engine, { run, event: fromEventRecord(record), trigger, ...delivery });
}

/** A run that an earlier delivery of the event has recorded. */
async function resume(
  stored: Stored<Run>,
  delivery: Delivery,
  engine: Engine,
): Promise<Stored<RunOf<'running'>> | undefined> {
  const { document } = stored;
  if (document.status === 'queued') await ensureMessage(engine, document);
  return isInterrupted(document, delivery) ? takeRun(engine, stored, delivery) : undefined;
}

async function dispatchRun(
  { runId, attempt }: RunMessage,
  delivery: Delivery,
  engine: Engine,
): Promise<Settlement> {
  const stored = await engine.store.read(RUNS, runId);
  if (!stored) return COMPLETE;
  const { document } = stored;
  const isItsTurn = document.status === 'queued' && document.nextAttempt === attempt;
  if (!isItsTurn && !isInterrupted(document, delivery)) return COMPLETE;
  const run = await takeRun(engine, stored, delivery);
  if (!run) return COMPLETE;
  const record = await engine.store.read(EVENTS, document.eventKey);
  const trigger = engine.triggers.get(document.trigger);
  if (!record || !trigger) return failOrphan(run, engine);
  const event = fromEventRecord(record.document);
  return runAttempt(engine, { run, event, trigger, ...delivery });
}

const ORPHAN = {
  code: 'trigger_missing',
  message: 'the trigger, or the event, is no longer there',
};

async function failOrphan(run: Stored<RunOf<'running'>>, engine: Engine): Promise<Settlement> {
  const failed = failRun(run.document, ORPHAN, toTimestamp(engine.clock));
  await engine.store.replace<Run>(RUNS, failed, run.etag);
  return { action: 'dead-letter', reason: `run ${failed.id}: ${ORPHAN.message}` };
}

/** The run of a trigger that was removed between the event's first delivery and this one. */
async function recordOrphan(
  runId: string,
  name: string,
  record: EventRecord,
  engine: Engine,
): Promise<Settlement> {
  const now = toTimestamp(engine.clock);
  const fresh = { ...toNewRun(record, runId, { name, actor: '(unknown)' }) };
  await createUnlessThere(engine, failRun(createQueuedRun(fresh, now), ORPHAN, now));
  return COMPLETE;
}

async function createUnlessThere(engine: Engine, run: Run): Promise<Settlement> {
  try {
    await engine.store.create(RUNS, run);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
  return COMPLETE;
}

/** All are waited for first: what could be recorded is, whatever the others met. */
function mergeSettlements(results: readonly PromiseSettledResult<Settlement>[]): Settlement {
  const reasons: string[] = [];
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason;
    if (result.value.action === 'dead-letter') reasons.push(result.value.reason);
  }
  return reasons.length === 0 ? COMPLETE : { action: 'dead-letter', reason: reasons.join('; ') };
}
