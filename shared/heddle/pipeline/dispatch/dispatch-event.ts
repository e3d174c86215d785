import { SCHEDULE_SOURCE } from '../../domain/built-in-sources.ts';
import type { EventRecord } from '../../domain/event-record.ts';
import type { EventMessage } from '../../domain/message.ts';
import { isRunNow } from '../../domain/run-now.ts';
import { RUNS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import type { Engine } from '../engine/index.ts';
import { recordEvent } from '../events/index.ts';
import { isFirst } from '../runs/index.ts';
import {
  countDuplicate,
  countRecorded,
  logDuplicate,
  logRecorded,
  traceDispatch,
} from '../telemetry/index.ts';
import { type Selected, warnOfBeyond } from './expand-items.ts';
import { type Arrived, selectRuns } from './select-runs.ts';
import { queueRun, startRun } from './start-run.ts';

/**
 * Maximum number of runs of one event that are executed with its own message. The others get a
 * message each.
 */
const MAX_INLINE_RUNS = 8;

/**
 * Handles the message of an event: record → match → start its runs.
 * @returns whether this message has recorded the event
 */
export function dispatchEvent(
  engine: Engine,
  message: EventMessage,
  delivery: Delivery,
): Promise<{ readonly isNew: boolean }> {
  if (isStoodStill(engine, message)) return Promise.resolve({ isNew: false });
  return traceDispatch(engine, message.event, delivery, (traced) =>
    recordAndStart(traced, message, delivery),
  );
}

/**
 * A fire that was sent before scheduling was switched off leaves no trace: once it is on again, the
 * scheduler finds that, and `misfire` decides about it.
 */
function isStoodStill({ isScheduling = true }: Engine, { event }: EventMessage): boolean {
  return !isScheduling && event.source === SCHEDULE_SOURCE && !isRunNow(event);
}

async function recordAndStart(
  engine: Engine,
  message: EventMessage,
  delivery: Delivery,
): Promise<{ readonly isNew: boolean }> {
  await engine.states.refresh();
  const recorded = await recordEvent(engine, message.event);
  const { record, isNew } = recorded;
  if (isNew) warnOfBeyond(engine, recorded);
  if (isNew) noteRecorded(engine, record);
  // The event was sent again, later than the queue remembers.
  else if (isFirst(delivery)) noteDuplicate(engine, record);
  const arrived = { recorded, delivery };
  const matched = await selectRuns(engine, message, arrived);
  await startRuns(engine, toOrdered(engine, matched), arrived);
  return { isNew };
}

function noteRecorded(engine: Engine, record: EventRecord): void {
  countRecorded(engine, record);
  logRecorded(engine, record);
}

function noteDuplicate(engine: Engine, record: EventRecord): void {
  countDuplicate(engine, record);
  logDuplicate(engine, record);
}

/** Sorts by priority, highest first. */
function toOrdered(
  { triggers }: Pick<Engine, 'triggers'>,
  matched: readonly Selected[],
): readonly Selected[] {
  const toPriority = ({ trigger }: Selected) => {
    const priority = triggers.get(trigger)?.priority;
    return typeof priority === 'number' ? priority : 0;
  };
  return matched.toSorted((a, b) => toPriority(b) - toPriority(a));
}

async function startRuns(
  engine: Engine,
  matched: readonly Selected[],
  arrived: Arrived,
): Promise<void> {
  const { orderingKey } = arrived.delivery;
  const inline = orderingKey === undefined ? matched.slice(0, MAX_INLINE_RUNS) : matched;
  // Every run is recorded as far as it can be, whatever the others meet.
  const results = await Promise.allSettled([
    queueAll(engine, matched.slice(inline.length), arrived),
    ...(arrived.delivery.isSuspect
      ? [startOneByOne(engine, inline, arrived)]
      : toTurns(inline).map((turn) => startInTurn(engine, turn, arrived))),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Runs that are recorded at once: an event may have a thousand items. */
const MAX_AT_ONCE = 50;

async function queueAll(
  engine: Engine,
  matched: readonly Selected[],
  arrived: Arrived,
): Promise<void> {
  for (let start = 0; start < matched.length; start += MAX_AT_ONCE) {
    const some = matched.slice(start, start + MAX_AT_ONCE);
    await Promise.all(some.map((one) => queueRun(engine, one, arrived)));
  }
}

/** Groups runs by trigger: items of one event are not started side by side. */
function toTurns(matched: readonly Selected[]): readonly (readonly Selected[])[] {
  return [...Map.groupBy(matched, ({ trigger }) => trigger).values()];
}

/** Starts items in their order: with an ordering key each has ended before the next begins. */
async function startInTurn(
  engine: Engine,
  turn: readonly Selected[],
  arrived: Arrived,
): Promise<void> {
  if (arrived.delivery.orderingKey === undefined) {
    return void (await Promise.all(turn.map((one) => startRun(engine, one, arrived))));
  }
  for (const one of turn) await startRun(engine, one, arrived);
}

/**
 * Starts the runs of an event that may have killed the process, each when the one before has ended:
 * the one that kills it is the only one that is interrupted again. Who was interrupted least often
 * is first, so that the killer is the last. One interruption says little: with an ordering key it
 * changes no order.
 */
async function startOneByOne(
  engine: Engine,
  matched: readonly Selected[],
  arrived: Arrived,
): Promise<void> {
  const isOrdered = arrived.delivery.orderingKey !== undefined;
  const counted = await Promise.all(
    matched.map(async (one) => {
      const times = await countInterruptions(engine, one);
      return { one, times: isOrdered ? Math.max(1, times) : times };
    }),
  );
  const failures: unknown[] = [];
  for (const { one } of counted.toSorted((a, b) => a.times - b.times)) {
    if (isOrdered && failures.length > 0) break;
    await startRun(engine, one, arrived).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function countInterruptions({ store }: Engine, { runId }: Selected): Promise<number> {
  const run = (await store.read(RUNS, runId))?.document;
  const ended = run?.attempts.filter(({ outcome }) => outcome === 'interrupted').length ?? 0;
  return run?.status === 'running' ? ended + 1 : ended;
}
