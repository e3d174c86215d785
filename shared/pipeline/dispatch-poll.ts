import type { PollContext, Poller, PollResult } from '../actors/poller.ts';
import { POLL_RECORDS } from '../collections.ts';
import { POLL_SOURCE } from '../domain/built-in-sources.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { PollOutcome, PollRecord } from '../domain/ledger.ts';
import type { PollMessage } from '../domain/message.ts';
import type { Trigger } from '../domain/trigger.ts';
import { RetryableError, TerminalError } from '../errors.ts';
import type { Delivery } from '../ports.ts';
import type { SourceEvent } from '../sources/source.ts';
import { change } from './change.ts';
import { emitAll } from './emit.ts';
import { type Engine, toTimestamp } from './engine.ts';
import { withFields } from './log-fields.ts';

/** Of one poll; a snapshot may be long, and what fires is an event like any other. */
const MAX_STATE_CHARS = 50_000_000;
const MAX_EVENT_CHARS = 1_000_000;
const MAX_EVENTS = 10_000;
const MAX_ERROR_CHARS = 500;

/**
 * One poll. Invariants:
 *
 * 1. One poll of a trigger goes on at a time, over all instances: a second finds the first one busy,
 *    for as long as that may take, and is left out.
 * 2. Events are sent before the state is kept: a crash in between polls again with the state before,
 *    and what it finds again has the same ids.
 * 3. What a poller throws, or how long it takes, is noted and changes nothing for anybody else.
 */
export async function dispatchPoll(
  engine: Engine,
  { trigger: name, due }: PollMessage,
  delivery: Delivery,
): Promise<void> {
  await engine.states.refresh();
  const trigger = engine.triggers.get(name);
  if (!trigger?.poll?.enabled || !trigger.enabled || engine.states.of(name)) return;
  const record = await begin(engine, trigger, due);
  if (!record) return;
  const startedAt = engine.clock.now();
  const ended = await attempt(engine, trigger, { due, record, signal: delivery.signal });
  await finish(engine, name, { due, startedAt, ...ended });
}

/** @returns undefined where another poll goes on, or this one has been made */
function begin(
  engine: Engine,
  { name, poll }: Trigger,
  due: string,
): Promise<PollRecord | undefined> {
  const now = toTimestamp(engine.clock);
  const until = toTimestamp(engine.clock, (poll?.timeout ?? 0) + engine.leaseMs);
  return change<PollRecord, PollRecord | undefined>(engine.store, POLL_RECORDS, name, (found) => {
    const isBusy = found?.busy && found.busy.until > now && found.busy.due !== due;
    const isMade = found?.lastDue !== undefined && found.lastDue >= due && !found.busy;
    if (isBusy || isMade) return { result: undefined };
    const fresh = { id: name, failures: 0, polls: 0, fires: 0 };
    const document = { ...fresh, ...found, updatedAt: now, lastDue: due, busy: { due, until } };
    return { document, result: document };
  });
}

interface Polling {
  readonly due: string;
  readonly record: PollRecord;
  readonly signal: AbortSignal;
}

interface Ended {
  readonly outcome: PollOutcome;
  readonly fires: number;
  readonly state?: Json;
  readonly error?: string;
}

/** @throws {RetryableError} the queue does not take what was found: the poll comes again */
async function attempt(engine: Engine, trigger: Trigger, polling: Polling): Promise<Ended> {
  const found = await look(engine, trigger, polling);
  if ('error' in found) {
    engine.logger.warn(`A poll of ${trigger.name} has failed: ${found.error}`);
    return { outcome: 'failed', fires: 0, error: found.error };
  }
  const { events, state } = found;
  if (events.length > 0) await emitAll(engine, POLL_SOURCE, events);
  const outcome = events.length > 0 ? 'fired' : 'skipped';
  return { outcome, fires: events.length, ...(state === undefined ? {} : { state }) };
}

type Found =
  | { readonly events: readonly SourceEvent[]; readonly state: Json | undefined }
  | { readonly error: string };

async function look(engine: Engine, trigger: Trigger, polling: Polling): Promise<Found> {
  try {
    const result = await run(engine, trigger, polling);
    checkState(result.state);
    const events = result.outcome === 'skip' ? [] : toEvents(trigger, result, polling.due);
    return { events, state: result.state };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { error: engine.redact(message).slice(0, MAX_ERROR_CHARS) };
  }
}

async function run(engine: Engine, trigger: Trigger, polling: Polling): Promise<PollResult> {
  const { poll } = trigger;
  const timeout = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const cancel = engine.clock.after(poll?.timeout ?? 0, () => {
    const text = `the poll took longer than ${poll?.timeout} ms`;
    const error = new RetryableError('poll_timeout', text);
    reject(error);
    timeout.abort(error);
  });
  const signal = AbortSignal.any([timeout.signal, polling.signal]);
  try {
    return await Promise.race([ask(engine, trigger, { ...polling, signal }), expired]);
  } finally {
    cancel();
  }
}

/** Async, so that what `poll` throws at once is a rejection like any other. */
async function ask(engine: Engine, trigger: Trigger, polling: Polling): Promise<PollResult> {
  const PollerClass = engine.pollers[trigger.poll?.poller ?? ''];
  if (!PollerClass) throw new TerminalError(`no poller "${trigger.poll?.poller}" is registered`);
  const given = (trigger.poll?.with ?? {}) as JsonObject;
  const poller: Poller = new PollerClass();
  const context: PollContext = {
    trigger: trigger.name,
    state: polling.record.state,
    options: PollerClass.parseOptions?.(given) ?? given,
    due: Date.parse(polling.due),
    signal: polling.signal,
    logger: withFields(engine.logger, { trigger: trigger.name }),
    clock: engine.clock,
    http: engine.http,
    probes: engine.probes,
  };
  const result: unknown = await poller.poll(context);
  if (isResult(result)) return result;
  throw new TypeError('expected skip(), fire() or fireEach() from poll()');
}

function isResult(value: unknown): value is PollResult {
  const outcome = (value as Partial<PollResult> | null | undefined)?.outcome;
  return outcome === 'skip' || outcome === 'fire';
}

function checkState(state: Json | undefined): void {
  const length = state === undefined ? 0 : JSON.stringify(state).length;
  if (length <= MAX_STATE_CHARS) return;
  throw new RangeError(`expected a state of at most ${MAX_STATE_CHARS} characters of JSON`);
}

function toEvents(
  { name }: Trigger,
  { events }: Extract<PollResult, { outcome: 'fire' }>,
  due: string,
): readonly SourceEvent[] {
  if (events.length > MAX_EVENTS) {
    throw new RangeError(
      `expected at most ${MAX_EVENTS} events of a poll, received ${events.length}`,
    );
  }
  return events.map(({ context, event, time = due }, index) => {
    const dataJson = JSON.stringify(context);
    if (dataJson.length > MAX_EVENT_CHARS) {
      throw new RangeError(`expected a context of at most ${MAX_EVENT_CHARS} characters of JSON`);
    }
    return {
      ...{ id: `${name}:${due}:${index}`, type: name, subject: name, time },
      data: JSON.parse(dataJson) as JsonObject,
      fields: event === undefined ? {} : { event },
    };
  });
}

/** Whoever was found too slow, and whose place another has taken, changes nothing. */
function finish(
  engine: Engine,
  name: string,
  { due, startedAt, outcome, fires, state, error }: Ended & { due: string; startedAt: number },
): Promise<void> {
  const now = toTimestamp(engine.clock);
  const durationMs = engine.clock.now() - startedAt;
  return change<PollRecord, void>(engine.store, POLL_RECORDS, name, (found) => {
    if (found?.busy?.due !== due) return { result: undefined };
    const { busy: _busy, error: _error, ...rest } = found;
    const document = {
      ...{ ...rest, updatedAt: now, lastPollAt: now, lastOutcome: outcome, durationMs },
      failures: outcome === 'failed' ? found.failures + 1 : 0,
      ...{ polls: found.polls + 1, fires: found.fires + fires },
      ...(outcome === 'fired' ? { lastFiredAt: now } : {}),
      ...(state === undefined ? {} : { state }),
      ...(error === undefined ? {} : { error }),
    };
    return { document, result: undefined };
  });
}
