/** Names and outcomes, which are few. Ids belong in spans: each value here makes a time series. */
export type MetricAttributes = Readonly<Record<string, string>>;

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  /** W3C trace context for work that this one causes elsewhere. Undefined: nothing is traced. */
  readonly traceparent: string | undefined;
  /** `error.type` marks the span as failed. */
  set(attributes: SpanAttributes): void;
}

export interface SpanOptions {
  /** `consumer`: work caused by a message of a queue. */
  readonly kind: 'internal' | 'consumer';
  /** W3C trace context. Undefined: a new trace begins. */
  readonly parent: string | undefined;
  readonly attributes?: SpanAttributes;
}

/** Each is described where the instruments are made. */
export type CountMetric =
  | `heddle.events.${'received' | 'accepted' | 'duplicates' | 'rejected' | 'matched' | 'unmatched'}`
  | 'heddle.runs'
  | 'heddle.runs.held'
  | `heddle.schedules.${'missed' | 'rearmed'}`
  | 'heddle.dead_letters'
  | 'heddle.heartbeats';

/**
 * In milliseconds: the duration of an attempt, the delay from an event or a scheduled time to its
 * run's first attempt. `heddle.queue.depth` counts messages that are not settled.
 */
export type RecordMetric =
  | 'heddle.run.duration'
  | 'heddle.run.delay'
  | 'heddle.schedules.lag'
  | 'heddle.queue.depth';

/** Traces and metrics. They never fail a run: data that cannot be sent is dropped. */
export interface Telemetry {
  /** Runs the work within a span, which ends with it and is marked failed if it throws. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** Adds to a counter, by default 1. */
  count(metric: CountMetric, value?: number, attributes?: MetricAttributes): void;
  record(metric: RecordMetric, value: number, attributes?: MetricAttributes): void;
  /** Sends the collected data. Never rejects. */
  flush(): Promise<void>;
  /** Sends the collected data and ends. Never rejects, and waits only briefly. */
  close(): Promise<void>;
}
