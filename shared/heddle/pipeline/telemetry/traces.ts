import type { Event } from '../../domain/event.ts';
import type { RunOf } from '../../domain/run.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import type { Span } from '../../ports/telemetry.ts';
import type { Engine } from '../engine/index.ts';
import { toTraceFields, withFields } from './log-fields.ts';

/**
 * Spans of an event's way. Its own span is made where it comes in, and travels with it as its
 * `traceparent`. Each delivery of one of its messages is a child of that, however late, and each
 * attempt a child of its delivery. Without telemetry the work is called and nothing else happens.
 */

const NO_SPAN: Span = { traceparent: undefined, set: () => undefined };

type Traced = Pick<Engine, 'logger' | 'telemetry' | 'traceparent'>;

/** Traces a request from its verification until the queue has its events. */
export function traceWebhook<T>(
  { telemetry }: Pick<Engine, 'telemetry'>,
  source: string,
  traceparent: string | undefined,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  if (!telemetry) return work(NO_SPAN);
  // The host makes the span of kind `server` itself.
  const attributes = { 'heddle.source': source };
  const options = { kind: 'internal', parent: traceparent, attributes } as const;
  return telemetry.span(`webhook ${source}`, options, work);
}

/** Traces a message of a storage queue that becomes an event: the trace begins here. */
export function traceQueueMessage<T>(
  { telemetry }: Pick<Engine, 'telemetry'>,
  source: string,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  if (!telemetry) return work(NO_SPAN);
  const options = {
    kind: 'consumer',
    parent: undefined,
    attributes: { 'heddle.source': source },
  } as const;
  return telemetry.span(`receive ${source}`, options, work);
}

/** Traces the delivery of an event, or of a later attempt of one of its runs. */
export function traceDispatch<E extends Traced, T>(
  engine: E,
  event: Pick<Event, 'id' | 'source' | 'type' | 'traceparent'>,
  { deliveryCount }: Delivery,
  work: (engine: E) => Promise<T>,
): Promise<T> {
  if (!engine.telemetry) return work(engine);
  const attributes = {
    'heddle.event.id': event.id,
    'heddle.event.type': event.type,
    'heddle.source': event.source,
    'heddle.delivery': deliveryCount,
  };
  const options = { kind: 'consumer', parent: event.traceparent, attributes } as const;
  return engine.telemetry.span(`dispatch ${event.type}`, options, ({ traceparent }) =>
    work(within(engine, traceparent, { eventId: event.id })),
  );
}

/** Traces an attempt. Its lines in the log name the run, traced or not. */
export function traceAttempt<E extends Traced, T>(
  engine: E,
  run: RunOf<'running'>,
  work: (engine: E, span: Span) => Promise<T>,
): Promise<T> {
  const { id: runId, eventId, trigger, attempt } = run;
  const fields = { runId, eventId, trigger, attempt };
  if (!engine.telemetry) return work(within(engine, undefined, fields), NO_SPAN);
  const attributes = {
    'heddle.event.id': eventId,
    'heddle.run.id': runId,
    'heddle.trigger': trigger,
    'heddle.actor': run.actor,
    'heddle.attempt': attempt,
  };
  const options = { kind: 'internal', parent: engine.traceparent, attributes } as const;
  return engine.telemetry.span(`run ${trigger}`, options, (span) =>
    work(within(engine, span.traceparent, fields), span),
  );
}

function within<E extends Traced>(
  engine: E,
  traceparent: string | undefined,
  fields: Readonly<Record<string, string | number>>,
): E {
  const logger = withFields(engine.logger, { ...fields, ...toTraceFields(traceparent) });
  return { ...engine, logger, traceparent };
}
