import { POLL_SOURCE } from '../../domain/built-in-sources.ts';
import { parseExactJson } from '../../domain/exact-json.ts';
import type { Json } from '../../domain/json.ts';
import type { FoundEvent, PollState } from '../../domain/ledger.ts';
import { ConflictError, RetryableError } from '../../errors/errors.ts';
import { POLL_STATES } from '../../ports/collections.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { SourceEvent } from '../../sources/source.ts';
import { type Engine, type Enqueuing, type Storing, toTimestamp } from '../engine/index.ts';
import { enqueueEvents } from '../events/index.ts';
import { type Polling, toDeliveryNumbers } from './poll-record.ts';
import type { Result } from './poll-result.ts';

export function readPollState(
  { store }: Pick<Engine, 'store'>,
  { trigger }: Polling,
): Promise<Stored<PollState> | undefined> {
  return store.read(POLL_STATES, trigger.name);
}

/**
 * Keeps the events of a poll with the state that it leaves, in one write: after a crash either both
 * are there or neither.
 * @throws {RetryableError} another poll has left its own state meanwhile: this one is made again on
 * top of it
 */
export async function keepPollState(
  engine: Storing,
  polling: Polling,
  before: Stored<PollState> | undefined,
  { events, stateJson }: Result,
): Promise<Stored<PollState>> {
  const { trigger, due, delivery } = polling;
  const document: PollState = {
    ...{ id: trigger.name, updatedAt: toTimestamp(engine.clock), due },
    ...{ poller: trigger.poll?.poller ?? '', ...toDeliveryNumbers(delivery), found: events.length },
    ...(stateJson === undefined ? {} : { state: parseExactJson(stateJson) as Json }),
    ...(events.length === 0 ? {} : { unsent: events }),
  };
  try {
    return await write(engine, before, document);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const found = await engine.store.read(POLL_STATES, trigger.name);
    // The write was this poll's own, and its answer was lost.
    if (found && isLeftBy(found.document, polling)) return found;
    const message = `another poll of ${trigger.name} has ended while this one went on`;
    throw new RetryableError('poll_overtaken', message, { cause: error });
  }
}

/**
 * Sends the events of a poll that nobody is known to have sent; their ids are the same each time.
 */
export async function sendUnsent(
  engine: Enqueuing & Pick<Engine, 'store'>,
  stored: Stored<PollState>,
): Promise<Stored<PollState>> {
  const { unsent = [], ...sent } = stored.document;
  if (unsent.length === 0) return stored;
  await enqueueEvents(engine, POLL_SOURCE, toEvents(stored.document, unsent));
  const document = { ...sent, updatedAt: toTimestamp(engine.clock) };
  try {
    return await write(engine, stored, document);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const { id } = document;
    const message = `what a poll of ${id} has found was sent by another one as well`;
    throw new RetryableError('poll_overtaken', message, { cause: error });
  }
}

function isLeftBy({ due, sequence, delivery }: PollState, polling: Polling): boolean {
  const own = toDeliveryNumbers(polling.delivery);
  return due === polling.due && sequence === own.sequence && delivery === own.delivery;
}

function write(
  { store }: Pick<Engine, 'store'>,
  before: Stored<PollState> | undefined,
  document: PollState,
) {
  if (before) return store.replace(POLL_STATES, document, before.etag);
  return store.create(POLL_STATES, document);
}

/**
 * Makes events for the trigger, which is their subject. Their ids are the due time and the position: only one poll leaves a state for a due
 * time.
 */
function toEvents(
  { id: name, due }: PollState,
  found: readonly FoundEvent[],
): readonly SourceEvent[] {
  return found.map(({ context, event, type = name, time = due }, index) => ({
    ...{ id: `${name}:${due}:${index}`, type, subject: name, time },
    data: context,
    fields: event === undefined ? {} : { event },
  }));
}
