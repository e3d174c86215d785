import type { Event } from '../../domain/event.ts';
import { type EventRecord, fromEventRecord, toTypeRoot } from '../../domain/event-record.ts';
import type { Run } from '../../domain/run.ts';
import type { NewRun } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Recorded } from '../events/index.ts';

/**
 * Creates the run of an event and a trigger. An event that is recorded without its payload is kept
 * with its runs.
 */
export function toNewRun(
  { record, event }: Pick<Recorded, 'record' | 'event'>,
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
    ...(record.depth === undefined ? {} : { depth: record.depth }),
    ...(record.causedByReplay ? { causedByReplay: true } : {}),
    ...(record.isStripped ? { event } : {}),
  };
}

/**
 * Finds the event that a run is about.
 * @param record undefined: it is no longer kept
 * @returns undefined when its payload is kept nowhere any more
 */
export function toRunEvent(run: Run, record: EventRecord | undefined): Event | undefined {
  if (run.event || !record || record.isStripped) return run.event;
  return fromEventRecord(record);
}
