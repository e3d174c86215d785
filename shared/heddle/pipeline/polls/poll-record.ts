import { readPollInterval } from '../../actors/pollers/poll-interval.ts';
import type { PollClaim, PollOutcome, PollRecord } from '../../domain/ledger.ts';
import type { Trigger } from '../../domain/trigger.ts';
import { POLL_RECORDS } from '../../ports/collections.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import { updateDocument } from '../documents/index.ts';
import {
  type Engine,
  type Leasing,
  MAX_CLOCK_SKEW_MS,
  type Storing,
  toTimestamp,
} from '../engine/index.ts';

/** A poll that is due, and the delivery of its message. */
export interface Polling {
  readonly trigger: Trigger;
  readonly due: string;
  readonly delivery: Delivery;
}

export interface Ended {
  readonly outcome: PollOutcome;
  /** Number of events that it has found. */
  readonly fires: number;
  readonly error?: string;
}

/** The record of a trigger before a poll of it ended. */
export interface Before {
  /** Failed polls in a row. */
  readonly failures: number;
  /** Why the last poll failed, or what it could not read. */
  readonly error: string | undefined;
}

/** Records that a poll begins. @returns false where it was made already, or is left out */
export function beginPoll(
  engine: Leasing & Pick<Engine, 'pollers'>,
  polling: Polling,
): Promise<boolean> {
  const { trigger, due } = polling;
  const now = toTimestamp(engine.clock);
  const lastsMs = (trigger.poll?.timeout ?? 0) + engine.leaseMs;
  const until = toTimestamp(engine.clock, lastsMs);
  const latest = toTimestamp(engine.clock, lastsMs + MAX_CLOCK_SKEW_MS);
  return changeRecord(engine, trigger.name, (kept) => {
    const found = withoutFuture(kept, latest);
    const isTakenUp = isOurs(found.busy, polling);
    const isMade = found.lastDue !== undefined && found.lastDue >= due;
    if (!isTakenUp && isMade) return { result: false };
    const isBusy = found.busy !== undefined && found.busy.until > now;
    if (!isTakenUp && (isBusy || isTooSoon(engine, polling, found))) {
      return { document: toLeftOut(found, due, now), result: false };
    }
    const busy = { due, until, ...toDeliveryNumbers(polling.delivery) };
    // A redelivery of an earlier poll does not undo that later ones were left out.
    const lastDue = isMade ? (found.lastDue ?? due) : due;
    const isFirst = found.lastPollAt === undefined || isTakenUp;
    const before = isFirst ? {} : { previousPollAt: found.lastPollAt };
    const document = { ...found, ...before, updatedAt: now, lastPollAt: now, lastDue, busy };
    return { document, result: true };
  });
}

/**
 * Drops times of a clock that was put back since: they would keep polls from being made until then.
 */
function withoutFuture(found: PollRecord, latest: string): PollRecord {
  const { busy, lastDue, ...rest } = found;
  return {
    ...rest,
    ...(busy === undefined || busy.until > latest ? {} : { busy }),
    ...(lastDue === undefined || lastDue > latest ? {} : { lastDue }),
  };
}

/** Records that a poll is left out: a poll without a trace would be looked for. */
export function leaveOut(engine: Storing, name: string, due: string): Promise<void> {
  const now = toTimestamp(engine.clock);
  return changeRecord(engine, name, (found) => {
    const isKnown = found.lastDue !== undefined && found.lastDue >= due;
    return isKnown
      ? { result: undefined }
      : { document: toLeftOut(found, due, now), result: undefined };
  });
}

/**
 * Records the end of a poll. A poll that was too slow, and whose record another has taken over,
 * changes nothing.
 * @returns what was recorded before this one; undefined: nothing was changed
 */
export function endPoll(
  engine: Storing,
  polling: Polling,
  { outcome, fires, error }: Ended,
): Promise<Before | undefined> {
  const now = toTimestamp(engine.clock);
  return changeRecord(engine, polling.trigger.name, (found) => {
    const { busy, error: _error, ...rest } = found;
    if (!isOurs(busy, polling)) return { result: undefined };
    const durationMs = Date.parse(now) - Date.parse(found.lastPollAt ?? now);
    const document = {
      ...{ ...rest, updatedAt: now, lastOutcome: outcome, durationMs },
      failures: outcome === 'failed' ? found.failures + 1 : 0,
      ...{ polls: found.polls + 1, fires: found.fires + fires },
      ...(outcome === 'fired' ? { lastFiredAt: now } : {}),
      ...(error === undefined ? {} : { error }),
    };
    return { document, result: { failures: found.failures, error: found.error } };
  });
}

export function toDeliveryNumbers(delivery: Delivery): Pick<PollClaim, 'sequence' | 'delivery'> {
  return { sequence: delivery.sequence, delivery: delivery.deliveryCount };
}

/**
 * Whether this delivery holds the poll. A later delivery of the same message takes it over: the
 * earlier one has lost its lock.
 */
function isOurs(busy: PollClaim | undefined, { due, delivery }: Polling): boolean {
  if (busy?.due !== due || busy.sequence !== delivery.sequence) return false;
  return busy.delivery <= delivery.deliveryCount;
}

/**
 * Whether a late poll is left out. Polls pile up while nothing handles them: one of those is made,
 * and another only where there has been none for an interval. Where messages are late all the time,
 * late polls are all there are.
 */
function isTooSoon(
  { clock, pollers }: Pick<Engine, 'clock' | 'pollers'>,
  { trigger, due }: Polling,
  found: PollRecord,
) {
  const interval = readPollInterval(trigger, pollers);
  const since = Date.parse(found.lastPollAt ?? '');
  return clock.now() - Date.parse(due) >= interval && clock.now() - since < interval;
}

function toLeftOut(found: PollRecord, due: string, now: string): PollRecord {
  return { ...found, updatedAt: now, lastDue: due, leftOut: found.leftOut + 1 };
}

type Decide<R> = (found: PollRecord) => { readonly document?: PollRecord; readonly result: R };

function changeRecord<R>(
  { store }: Pick<Engine, 'store'>,
  name: string,
  decide: Decide<R>,
): Promise<R> {
  const none = { id: name, updatedAt: '', failures: 0, polls: 0, fires: 0, leftOut: 0 };
  return updateDocument(store, POLL_RECORDS, name, (found) => decide(found ?? none));
}
