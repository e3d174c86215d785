import { randomUUID } from 'node:crypto';
import type { TraceContext } from './core-types.ts';

// https://www.w3.org/TR/trace-context/#traceparent-header
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})/;
const noAttributes: Record<string, string> = {};

/** Continues the caller's trace with a new span, as ASP.NET does for each request. */
export function toTraceContext(parent?: string, state = ''): TraceContext {
  const match = parent === undefined ? null : traceparent.exec(parent);
  const [traceId, flags] = match ? [match[1], match[2]] : [randomUUID().replaceAll('-', ''), '01'];
  const random = randomUUID();
  const spanId = random.slice(0, 8) + random.slice(28);
  return {
    traceParent: `00-${traceId}-${spanId}-${flags}`,
    traceState: state,
    attributes: noAttributes,
  };
}
