import { type Cause, toCause } from './cause.ts';
import type { Event } from './event.ts';
import type { Json, JsonObject } from './json.ts';
import type { RunOf } from './run.ts';
import { withoutStack } from './run-notes.ts';

/** Source of the ends of other runs. The type of such an event is the run's final status. */
export const COMPLETION_SOURCE = 'completion';

/** Builds the event of a run's end, with its status and its result. */
export function toCompletion(
  run: RunOf<'succeeded' | 'failed' | 'cancelled'>,
): Pick<Event, 'id' | 'type' | 'subject' | 'time' | 'data' | 'fields' | keyof Cause> {
  const { id, trigger, actor, status, endedAt, createdAt, attempts } = run;
  const about = { trigger, actor, status, run_id: id, attempts: attempts.length };
  const { source, eventId, eventType } = run;
  const data: JsonObject = {
    ...{ ...about, created_at: createdAt, ended_at: endedAt },
    event: { source, id: eventId, type: eventType },
    ...toResult(run),
  };
  return {
    // The time makes the id unique: a run that is reopened may end again without another attempt.
    id: `${id}:${attempts.length}:${status}:${endedAt}`,
    ...{ type: status, subject: trigger, time: endedAt, data, fields: about },
    ...toCause(run),
  };
}

function toResult(run: RunOf<'succeeded' | 'failed' | 'cancelled'>): JsonObject {
  if (run.status === 'failed') return { error: { ...withoutStack(run.error) } };
  if (run.status === 'cancelled') return { reason: run.reason };
  return { outputs: run.output as Json };
}
