import type { Event } from '../../domain/event.ts';
import { fromEventRecord } from '../../domain/event-record.ts';
import type { Run } from '../../domain/run.ts';
import { EVENTS } from '../../ports/collections.ts';
import type { Engine } from '../engine/index.ts';

/** Number of events that are read at once. */
const CHUNK = 50;

/** Reads the events that a run is about: its own, or all that its window has taken in. */
export async function findEventsOfRun(
  engine: Pick<Engine, 'store' | 'logger'>,
  { id: runId, gathered }: Run,
  own: Event,
): Promise<readonly Event[]> {
  if (!gathered) return [own];
  const events: Event[] = [];
  for (let start = 0; start < gathered.members.length; start += CHUNK) {
    const keys = gathered.members.slice(start, start + CHUNK);
    const found = await Promise.all(keys.map((key) => engine.store.read(EVENTS, key)));
    for (const stored of found) if (stored) events.push(fromEventRecord(stored.document));
  }
  const missing = gathered.members.length - events.length;
  // The run was held for longer than events are kept: it gets those that are left.
  if (missing > 0) engine.logger.warn(`${missing} events of a run have expired`, { runId });
  return events.length === 0 ? [own] : events;
}
