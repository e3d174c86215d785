import type { Event } from './event.ts';
import type { Run } from './run.ts';

/** Fields of an event that name the run that caused it. */
export type Cause = Pick<Event, 'causedBy' | 'depth' | 'causedByReplay'>;

/** @param run the run whose end, or whose actor, makes the event */
export function toCause(run: Pick<Run, 'id' | 'depth' | 'isReplay' | 'causedByReplay'>): Cause {
  const { id, depth = 0, isReplay, causedByReplay } = run;
  const isAgain = isReplay || causedByReplay === true;
  return { causedBy: id, depth: depth + 1, ...(isAgain ? { causedByReplay: true } : {}) };
}
