import { readPollInterval } from '../../actors/pollers/poll-interval.ts';
import { POLL_SOURCE } from '../../domain/built-in-sources.ts';
import type { PollState } from '../../domain/ledger.ts';
import type { PollMessage } from '../../domain/message.ts';
import { RetryableError } from '../../errors/errors.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import type { Engine } from '../engine/index.ts';
import { logPoll } from './poll-log.ts';
import { beginPoll, type Ended, endPoll, leaveOut, type Polling } from './poll-record.ts';
import { keepPollState, readPollState, sendUnsent } from './poll-state.ts';
import { runPoller } from './run-poller.ts';

/** How soon a poll that finds no place comes again. */
const POSTPONE_MS = 1000;

/**
 * One poll: begin → look → keep → send → end. Invariants:
 *
 * 1. One poll of a trigger goes on at a time, over all instances: a second finds the first one busy,
 *    for as long as that may take, and is left out. What is left out is counted, and the next poll
 *    sees what it would have seen.
 * 2. What a poll has found is kept with the state that it leaves, in one write, before any of it is
 *    sent. A crash before that write polls again; after it, sends again what is kept, under the same
 *    ids. So nothing that a poller has found is lost or fires twice.
 * 3. What a poller throws, or how long it takes, is noted and changes nothing for anybody else.
 * 4. A poll without a place in this process holds no message while it waits for one.
 */
export async function dispatchPoll(
  engine: Engine,
  message: PollMessage,
  delivery: Delivery,
): Promise<void> {
  const { trigger: name, due } = message;
  await engine.states.refresh();
  const trigger = engine.triggers.get(name);
  if (!trigger?.poll?.enabled || !trigger.enabled) return;
  if (engine.states.of(name)) return leaveOut(engine, name, due);
  const polling = { trigger, due, delivery };
  const leave = engine.pollSlots.take(name);
  // One that comes again may have begun before a crash, and is known by this message alone.
  if (!leave && delivery.deliveryCount === 1) return postpone(engine, polling, message);
  try {
    await make(engine, polling);
  } finally {
    leave?.();
  }
}

/** It comes again soon, or is left out where the next one is due by now. */
async function postpone(
  engine: Engine,
  { trigger, due, delivery }: Polling,
  message: PollMessage,
): Promise<void> {
  const late = engine.clock.now() - Date.parse(due);
  if (late >= readPollInterval(trigger, engine.pollers)) {
    return leaveOut(engine, trigger.name, due);
  }
  // By the message that was handled: one that is delivered twice is sent on once.
  const id = `${POLL_SOURCE}:${trigger.name}:${due}:later:${delivery.sequence}`;
  await engine.queue.send([{ id, body: JSON.stringify(message), delayMs: POSTPONE_MS }]);
}

async function make(engine: Engine, polling: Polling): Promise<void> {
  const { due } = polling;
  if (!(await beginPoll(engine, polling))) return;
  const found = await readPollState(engine, polling);
  const before = found && (await sendUnsent(engine, found));
  const isMade = before?.document.due === due;
  const ended = isMade ? toEnded(before.document) : await poll(engine, polling, before);
  const failuresBefore = await endPoll(engine, polling, ended);
  if (failuresBefore === undefined) return;
  logPoll(engine, polling.trigger.name, { ...ended, before: failuresBefore });
}

/** @throws {RetryableError} it could not be kept or sent: its message comes again */
async function poll(
  engine: Engine,
  polling: Polling,
  before: Stored<PollState> | undefined,
): Promise<Ended> {
  const { trigger, due, delivery } = polling;
  const isOwn = before?.document.poller === trigger.poll?.poller;
  const state = isOwn ? before?.document.state : undefined;
  // Now: what it is given is its own to change.
  const json = state === undefined ? undefined : JSON.stringify(state);
  const result = await runPoller(engine, { trigger, due, state, signal: delivery.signal });
  if (delivery.signal.aborted) {
    throw new RetryableError('poll_lost', `a poll of ${trigger.name} has lost its message`);
  }
  if ('error' in result) return { outcome: 'failed', fires: 0, error: result.error };
  const { events, stateJson = json, problem } = result;
  if (problem) engine.logger.warn(`A poll of ${trigger.name} could not see all: ${problem}`);
  const shown = problem ? { error: problem } : {};
  if (events.length === 0 && stateJson === json) return { outcome: 'skipped', fires: 0, ...shown };
  const kept = await keepPollState(engine, polling, before, { events, stateJson });
  await sendUnsent(engine, kept);
  return { ...toEnded(kept.document), ...shown };
}

function toEnded({ found }: PollState): Ended {
  return { outcome: found > 0 ? 'fired' : 'skipped', fires: found };
}
