/** Names and outcomes, which are few; ids belong to spans alone, since each value is a series. */
export type MetricAttributes = Readonly<Record<string, string>>;

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  /** W3C trace context for what this work causes elsewhere. Undefined where nothing is traced. */
  readonly traceparent: string | undefined;
  /** `error.type` among them marks the span as failed. */
  set(attributes: SpanAttributes): void;
}

export interface SpanOptions {
  /** `consumer`: work that a message of a queue has brought. */
  readonly kind: 'internal' | 'consumer';
  /** W3C trace context. Undefined: a trace begins here. */
  readonly parent: string | undefined;
  readonly attributes?: SpanAttributes;
}

/** What each counts is said where the instruments are made. */
export type CountMetric =
  | `heddle.events.${'received' | 'accepted' | 'duplicates' | 'rejected' | 'matched' | 'unmatched'}`
  | 'heddle.runs'
  | 'heddle.runs.held'
  | `heddle.schedules.${'missed' | 'rearmed'}`
  | 'heddle.dead_letters'
  | 'heddle.heartbeats';

/**
 * Milliseconds of an attempt, or from an event or the time of a schedule to its run's first attempt;
 * messages not settled.
 */
export type RecordMetric =
  | 'heddle.run.duration'
  | 'heddle.run.delay'
  | 'heddle.schedules.lag'
  | 'heddle.queue.depth';

/** Traces and metrics. Nothing here ever fails a run: what cannot be sent is dropped. */
export interface Telemetry {
  /** Does the work within a span, which ends with it, and fails where it throws. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** Adds to a counter, 1 where nothing else is said. */
  count(metric: CountMetric, value?: number, attributes?: MetricAttributes): void;
  record(metric: RecordMetric, value: number, attributes?: MetricAttributes): void;
  /** Sends what has gathered. Never rejects. */
  flush(): Promise<void>;
  /** Sends what has gathered and ends. Never rejects, and does not wait long. */
  close(): Promise<void>;
}
