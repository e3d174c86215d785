import type { Event } from '../../domain/event.ts';
import { type EventRecord, fromEventRecord, toTypeRoot } from '../../domain/event-record.ts';
import type { RunItem } from '../../domain/for-each.ts';
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
  { runId, item }: { readonly runId: string; readonly item?: RunItem | undefined },
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
    ...(item ? { item } : {}),
    ...(record.isStripped ? { event } : {}),
  };
}

/**
 * Finds the event that a run is about; for the run of an item see {@link findItemEvent}.
 * @param record undefined: it is no longer kept
 * @returns undefined when its payload is kept nowhere any more
 */
export function toRunEvent(run: Run, record: EventRecord | undefined): Event | undefined {
  if (run.event || !record || record.isStripped) return run.event;
  return fromEventRecord(record);
}

/** The event as a run sees it: that of an item has `item` in its data. */
export async function findItemEvent(
  run: Run,
  record: EventRecord | undefined,
): Promise<Event | undefined> {
  const event = toRunEvent(run, record);
  // An event that is kept with its run has its item already.
  if (!event || run.event || !run.item) return event;
  const { toItemEvent } = await import('../../triggers/items/items.ts');
  return toItemEvent(event, run.item);
}
