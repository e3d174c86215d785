import type { Json } from './domain/json.ts';

/**
 * The outside world, as the engine sees it. Each port has one contract suite (test/contract), which
 * runs on every adapter. Service Bus is the model for the queue and Cosmos for the store; the
 * embedded adapters imitate them, not the reverse.
 */

export interface OutgoingMessage {
  /** Deterministic. A second message with the same id within the duplicate window is dropped. */
  readonly id: string;
  readonly body: string;
  /** Minimum delay before delivery. */
  readonly delayMs?: number;
  /**
   * Messages with the same key are delivered one at a time, in the order of sending, each after the
   * one before is settled. Excludes `delayMs`.
   */
  readonly orderingKey?: string;
}

/**
 * Result of sending a message: its sequence number, or that it was dropped as a duplicate. A queue
 * that does not report these says `accepted`, but never for a message with `delayMs`.
 */
export type Sent = number | 'duplicate' | 'accepted';

export interface EventQueue {
  /**
   * Resolves once every message is durable. A message sent again after an error is a duplicate if
   * the queue had accepted it after all.
   * @throws {RetryableError} when the queue does not accept
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly Sent[]>;
  /** Cancels a message that is not due yet. False when it is gone, due or locked. */
  cancel(sequence: number): Promise<boolean>;
  /** Number of messages not yet settled: due, locked or scheduled. Counting may stop at 100. */
  depth(): Promise<number>;
}

/** A message locked for this receiver until the lock expires or is renewed. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /**
   * Identifies the message through all its deliveries, and grows with the order of sending. A
   * scheduled message may get another number when it becomes due.
   */
  readonly sequence: number;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly lockToken: string;
  readonly orderingKey?: string;
}

/**
 * Receiving end of a queue: at-least-once delivery with peek-lock, ordered only by ordering key. In
 * Azure the Functions host receives, not the app.
 */
export interface MessageReceiver {
  /** Locks up to `max` due messages, longest due first; empty when there are none. */
  receive(max: number): Promise<readonly ReceivedMessage[]>;
  /** False when the lock has expired, even if nobody else has it; so for all methods below. */
  complete(message: ReceivedMessage): Promise<boolean>;
  /** Releases the message for immediate redelivery. */
  abandon(message: ReceivedMessage): Promise<boolean>;
  /** Extends the lock to a full duration from now. */
  renewLock(message: ReceivedMessage): Promise<boolean>;
}

/** A message as the queue delivered it. */
export interface Delivery {
  readonly id: string;
  readonly body: string;
  readonly sequence: number;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly orderingKey?: string | undefined;
  /** Aborts when the message's lock is lost. */
  readonly signal: AbortSignal;
}

export interface MessageHandler {
  /** Resolves when the message is processed for good. Throws when it must be redelivered. */
  handle(delivery: Delivery): Promise<void>;
  /** Records the end of a message that was delivered too often. */
  bury(delivery: Delivery, reason: string): Promise<void>;
}

/** Recipients of a Web PubSub message: everybody at the hub, a user or a group. */
export type WebPubSubTarget =
  | { readonly to: 'all' }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'group'; readonly group: string };

export interface ServiceBusMessage {
  readonly body: string;
  /** Used for duplicate detection, if the queue or topic has it. */
  readonly id?: string;
  readonly contentType?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly delayMs?: number;
}

/**
 * Services that the built-in actors send to.
 * @throws {TerminalError} `sink_not_configured` when no connection is configured, and when the
 * service refuses for good; {@link RetryableError} when it may accept later
 */
export interface Sinks {
  /** Sends to a queue or a topic. */
  sendToServiceBus(entity: string, message: ServiceBusMessage): Promise<void>;
  /** Sends base64, as queue triggers of Functions expect. @returns the message's id */
  sendToStorageQueue(
    queue: string,
    text: string,
    options?: { readonly delaySeconds?: number },
  ): Promise<string>;
  sendToWebPubSub(target: WebPubSubTarget, content: Json): Promise<void>;
  /** Creates the URL that a client connects to. */
  createWebPubSubUrl(options: {
    readonly user?: string;
    readonly groups?: readonly string[];
    readonly minutes?: number;
  }): Promise<string>;
}

export type IndexValue = string | number | boolean;

/** A stored JSON object with an id that is unique in its collection. */
export interface Document {
  readonly id: string;
}

export interface Stored<T extends Document> {
  readonly document: T;
  /** Changes with every write. */
  readonly etag: string;
}

/** A kind of document, with the fields that its lists can be filtered by. */
export interface Collection<T extends Document> {
  readonly name: string;
  /** Top-level fields that {@link ListQuery.where} may name. */
  readonly indexed: readonly (keyof T & string)[];
  /** The top-level field with the ISO 8601 UTC timestamp by which lists are ordered. */
  readonly time: keyof T & string;
}

export interface ListQuery {
  /** All fields must be equal. */
  readonly where?: Readonly<Record<string, IndexValue>>;
  /** ISO 8601 UTC, inclusive. */
  readonly since?: string;
  /** ISO 8601 UTC, exclusive. */
  readonly until?: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** Token from an earlier page of the same query. */
  readonly continuation?: string;
  /** Reverses the order: oldest first. */
  readonly isAscending?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Present when there may be more. */
  readonly continuation?: string;
}

export interface WriteOptions {
  /** Seconds after this write at which the document expires; absent: it stays. */
  readonly ttlSeconds?: number;
}

export interface DocumentStore {
  /** @throws {ConflictError} `exists` when the id is taken */
  create<T extends Document>(
    collection: Collection<T>,
    document: T,
    options?: WriteOptions,
  ): Promise<Stored<T>>;
  read<T extends Document>(collection: Collection<T>, id: string): Promise<Stored<T> | undefined>;
  /** @throws {ConflictError} `etag` when the document has changed since, or is gone */
  replace<T extends Document>(
    collection: Collection<T>,
    document: T,
    etag: string,
    options?: WriteOptions,
  ): Promise<Stored<T>>;
  /** @returns false when the document does not exist */
  delete<T extends Document>(collection: Collection<T>, id: string): Promise<boolean>;
  /**
   * Newest first, and descending by id for the same time; or all of it reversed. A page after a
   * continuation never repeats or skips a document that existed all along, whatever is written
   * meanwhile.
   * @throws {RejectedError} 400 for a continuation that this store did not issue
   */
  list<T extends Document>(collection: Collection<T>, query: ListQuery): Promise<Page<T>>;
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. @returns a function that cancels it */
  after(ms: number, callback: () => void): () => void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Fields carry ids and counts, never payloads, headers or settings. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The queue and the store of the app, embedded or in Azure. */
export interface Backend {
  readonly queue: EventQueue;
  readonly store: DocumentStore;
  /** Starts delivering messages. Absent where the Functions host delivers them. */
  drive?(handler: MessageHandler): void;
  /** Stops delivering; resolves when deliveries in flight have ended. Absent like {@link drive}. */
  halt?(): Promise<void>;
  /**
   * Decodes the text of a message as the Functions host delivers it.
   * @throws {TerminalError} when it is not one of Heddle's; {@link RetryableError} when it cannot
   * be read now
   */
  decode?(bytes: Uint8Array): Promise<string>;
  /** Resolves when work in flight has ended and everything is durable. */
  close(): Promise<void>;
}

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
