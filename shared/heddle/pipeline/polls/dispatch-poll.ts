import { readPollInterval } from '../../actors/pollers/poll-interval.ts';
import { POLL_SOURCE } from '../../domain/built-in-sources.ts';
import type { PollState } from '../../domain/ledger.ts';
import type { PollMessage } from '../../domain/message.ts';
import { toRunNowId } from '../../domain/run-now.ts';
import { RetryableError } from '../../errors/errors.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import type { Engine, Enqueuing, Leasing, Sending, Storing } from '../engine/index.ts';
import { logPoll } from './poll-log.ts';
import { beginPoll, type Ended, endPoll, leaveOut, type Polling } from './poll-record.ts';
import { keepPollState, readPollState, sendUnsent } from './poll-state.ts';
import { type Observing, runPoller } from './run-poller.ts';

/** Delay of a poll that finds no free slot. */
const POSTPONE_MS = 1000;

type Making = Observing & Enqueuing & Leasing;

/**
 * Handles the message of a poll: begin → run the poller → keep → send → end. Invariants:
 *
 * 1. A trigger makes one poll at a time, over all instances: a second poll finds the first one
 *    busy, for as long as that may take, and is left out. Polls that are left out are counted, and
 *    the next poll sees what they would have seen.
 * 2. The events of a poll are kept with the state that it leaves, in one write, before any of them
 *    is sent. After a crash before that write the poll is made again; after a crash behind it, the
 *    kept events are sent again, under the same ids. So no event is lost or fires twice.
 * 3. An error of a poller, or the time that it takes, is recorded and changes nothing for anybody
 *    else.
 * 4. A poll without a slot in this process holds no message while it waits for one.
 */
export async function dispatchPoll(
  engine: Making & Pick<Engine, 'pollSlots' | 'states' | 'isScheduling'>,
  message: PollMessage,
  delivery: Delivery,
): Promise<void> {
  const { trigger: name, due } = message;
  await engine.states.refresh();
  const trigger = engine.triggers.get(name);
  if (!trigger?.poll?.enabled || !trigger.enabled) return;
  const isAsked = delivery.id.startsWith(toRunNowId(`${POLL_SOURCE}:${name}`, ''));
  if (engine.isScheduling === false && !isAsked) return;
  if (engine.states.of(name)) return leaveOut(engine, name, due);
  const polling = { trigger, due, delivery };
  const leave = engine.pollSlots.take(name);
  // A redelivered poll may have begun before a crash, and only this message leads to it.
  if (!leave && delivery.deliveryCount === 1) return postpone(engine, polling, message);
  try {
    await make(engine, polling);
  } finally {
    leave?.();
  }
}

/** Sends the poll again for soon, or leaves it out where the next one is due by now. */
async function postpone(
  engine: Storing & Sending & Pick<Engine, 'pollers'>,
  { trigger, due, delivery }: Polling,
  message: PollMessage,
): Promise<void> {
  const late = engine.clock.now() - Date.parse(due);
  if (late >= readPollInterval(trigger, engine.pollers)) {
    return leaveOut(engine, trigger.name, due);
  }
  // The id is made of the message that was handled: handled twice, it is sent on once.
  const id = `${POLL_SOURCE}:${trigger.name}:${due}:later:${delivery.sequence}`;
  await engine.queue.send([{ id, body: JSON.stringify(message), delayMs: POSTPONE_MS }]);
}

async function make(engine: Making, polling: Polling): Promise<void> {
  const { due } = polling;
  if (!(await beginPoll(engine, polling))) return;
  const found = await readPollState(engine, polling);
  const before = found && (await sendUnsent(engine, found));
  const isMade = before?.document.due === due;
  const ended = isMade ? toEnded(before.document) : await poll(engine, polling, before);
  const recorded = await endPoll(engine, polling, ended);
  if (recorded) logPoll(engine, polling.trigger.name, { ...ended, before: recorded });
}

/**
 * Runs the poller.
 * @throws {RetryableError} its result could not be kept or sent: the message comes again
 */
async function poll(
  engine: Observing & Enqueuing & Pick<Engine, 'store'>,
  polling: Polling,
  before: Stored<PollState> | undefined,
): Promise<Ended> {
  const { trigger, due, delivery } = polling;
  const isOwn = before?.document.poller === trigger.poll?.poller;
  const state = isOwn ? before?.document.state : undefined;
  // Converted now: the poller may change the state that it is given.
  const json = state === undefined ? undefined : JSON.stringify(state);
  const result = await runPoller(engine, { trigger, due, state, signal: delivery.signal });
  if (delivery.signal.aborted) {
    throw new RetryableError('poll_lost', `a poll of ${trigger.name} has lost its message`);
  }
  if ('error' in result) return { outcome: 'failed', fires: 0, error: result.error };
  const { events, stateJson = json, problem } = result;
  const shown = problem ? { error: problem } : {};
  if (events.length === 0 && stateJson === json) return { outcome: 'skipped', fires: 0, ...shown };
  const kept = await keepPollState(engine, polling, before, { events, stateJson });
  await sendUnsent(engine, kept);
  return { ...toEnded(kept.document), ...shown };
}

function toEnded({ found }: PollState): Ended {
  return { outcome: found > 0 ? 'fired' : 'skipped', fires: found };
}
