import type {
  MetricAttributes,
  SpanAttributes,
  SpanOptions,
  Telemetry,
} from '../../shared/heddle/ports/telemetry.ts';

export interface RecordedSpan extends SpanOptions {
  readonly name: string;
  readonly traceparent: string;
  /** Attributes set during the span. */
  readonly set: SpanAttributes;
}

export interface RecordingTelemetry extends Telemetry {
  /** In the order of their start. */
  readonly spans: readonly RecordedSpan[];
  /** For example `heddle.runs {"outcome":"failed"} 1`. */
  readonly measured: readonly string[];
}

/** Records numbered spans, in the parent's trace or in a new one. */
export function createRecordingTelemetry(): RecordingTelemetry {
  const spans: RecordedSpan[] = [];
  const measured: string[] = [];
  const note = (metric: string, value: number, attributes: MetricAttributes = {}) =>
    measured.push(`${metric} ${JSON.stringify(attributes)} ${value}`);
  return {
    ...{ spans, measured },
    span(name, options, work) {
      const number = String(spans.length + 1);
      const trace = options.parent?.split('-')[1] ?? number.padStart(32, 'a');
      const traceparent = `00-${trace}-${number.padStart(16, '0')}-01`;
      const set: Record<string, string | number | boolean> = {};
      spans.push({ name, ...options, traceparent, set });
      return work({ traceparent, set: (more) => void Object.assign(set, more) });
    },
    count: (metric, value = 1, attributes) => void note(metric, value, attributes),
    record: (metric, value, attributes) => void note(metric, value, attributes),
    flush: async () => {},
    close: async () => {},
  };
}
