import { EVENTS } from '../collections.ts';
import type { Event } from '../domain/event.ts';
import { type EventRecord, toEventRecord, toTypeRoot } from '../domain/event-record.ts';
import { toEventKey } from '../domain/ids.ts';
import { type RunMessage, toRunMessageId } from '../domain/message.ts';
import type { NewRun } from '../domain/run-transitions.ts';
import type { Trigger } from '../domain/trigger.ts';
import { ConflictError } from '../errors.ts';
import type { OutgoingMessage } from '../ports.ts';
import { decide } from '../triggers/match.ts';
import type { Engine } from './engine.ts';

export interface Recorded {
  readonly record: EventRecord;
  /** False where an earlier delivery has recorded it. */
  readonly isNew: boolean;
}

/**
 * Matches an event and keeps it with its decisions. Who comes second, by a redelivery or by a
 * duplicate, gets what was decided first: triggers may have changed since.
 */
export async function recordEvent(
  { store, triggers }: Pick<Engine, 'store' | 'triggers'>,
  event: Event,
): Promise<Recorded> {
  const key = toEventKey(event.source, event.id);
  const record = toEventRecord(event, key, decide(event, key, triggers));
  try {
    await store.create(EVENTS, record);
    return { record, isNew: true };
  } catch (error) {
    const first = error instanceof ConflictError ? await store.read(EVENTS, key) : undefined;
    if (first) return { record: first.document, isNew: false };
    throw error;
  }
}

export function toNewRun(
  record: EventRecord,
  runId: string,
  trigger: Pick<Trigger, 'name' | 'actor'>,
): NewRun {
  return {
    id: runId,
    trigger: trigger.name,
    actor: trigger.actor,
    source: record.source,
    eventId: record.eventId,
    eventKey: record.id,
    eventType: record.type,
    eventTypeRoot: toTypeRoot(record.type),
    isReplay: false,
  };
}

/** The message that executes an attempt of a run, `delayMs` from now. */
export function toRunMessage(runId: string, attempt: number, delayMs = 0): OutgoingMessage {
  const message: RunMessage = { kind: 'run', runId, attempt };
  return { id: toRunMessageId(message), body: JSON.stringify(message), delayMs };
}
