import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { HeddleError, RejectedError } from '../../errors/errors.ts';
import type { Span, SpanAttributes, SpanOptions } from '../../ports/telemetry.ts';
import { parseTraceparent, toTraceparent } from './traceparent.ts';

const KINDS = { internal: SpanKind.INTERNAL, consumer: SpanKind.CONSUMER };

/**
 * Runs the work in a span. The parent is passed explicitly: a message from a queue has none in this
 * process.
 */
export async function doInSpan<T>(
  tracer: Tracer,
  name: string,
  { kind, parent, attributes = {} }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const found = parseTraceparent(parent);
  const context = found ? trace.setSpanContext(ROOT_CONTEXT, found) : ROOT_CONTEXT;
  const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, context);
  const set = (more: SpanAttributes) => {
    span.setAttributes(more);
    if ('error.type' in more) span.setStatus({ code: SpanStatusCode.ERROR });
  };
  try {
    return await work({ traceparent: toTraceparent(span.spanContext()), set });
  } catch (error) {
    set(toErrorAttributes(error));
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Attributes with codes only: a message may quote a sender's data. A rejected request is the
 * sender's mistake and not marked as an error.
 */
function toErrorAttributes(error: unknown): SpanAttributes {
  if (error instanceof RejectedError) {
    return { 'heddle.outcome': 'rejected', 'heddle.code': error.code };
  }
  if (error instanceof HeddleError) return { 'error.type': error.code };
  return { 'error.type': error instanceof Error ? error.name : 'unknown' };
}
