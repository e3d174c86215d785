import type { ActorContext } from '../../actors/actor.ts';
import { withRawJson } from '../../domain/code-event.ts';
import type { Event } from '../../domain/event.ts';
import type { RunOf } from '../../domain/run.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Engine } from '../engine/index.ts';

interface Executed {
  readonly run: Stored<RunOf<'running'>>;
  readonly event: Event;
}

/** Makes the context that an actor, and the hooks of its trigger, are given for an attempt. */
export function toActorContext(
  { logger, traceparent }: Pick<Engine, 'logger' | 'traceparent'>,
  { run: { document: run }, event }: Executed,
  { signal, emit }: Pick<ActorContext, 'signal' | 'emit'>,
): ActorContext {
  const { id: eventId, type: eventType, source, verified, receivedAt } = event;
  const { id: runId, trigger: triggerName, attempt } = run;
  const isReplay = run.isReplay || run.causedByReplay === true;
  const about = {
    ...{ eventId, eventType, source, verified, receivedAt, triggerName, attempt, isReplay },
  };
  return {
    triggerContext: withRawJson(about, event.data),
    ...{ runId, idempotencyKey: runId, signal, logger, emit },
    traceparent: traceparent ?? event.traceparent,
  };
}
