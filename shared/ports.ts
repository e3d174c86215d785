import type { Json } from './domain/json.ts';

/**
 * The outside world, as the engine sees it. One contract suite a port (test/contract) runs on every
 * adapter. Service Bus is the model for the queue and Cosmos for the store; the embedded adapters
 * imitate them, not the reverse.
 */

export interface OutgoingMessage {
  /** Deterministic. A second message with the same id within the duplicate window is dropped. */
  readonly id: string;
  readonly body: string;
  /** Not delivered before so many milliseconds have passed. */
  readonly delayMs?: number;
  /**
   * Messages with the same key are delivered one at a time, in the order of sending, each only once
   * the one before is settled. Not together with `delayMs`.
   */
  readonly orderingKey?: string;
}

/**
 * What became of a message: the sequence number it got, or that it was dropped as a duplicate. A
 * queue that does not tell says `accepted`, but never of a message with `delayMs`.
 */
export type Sent = number | 'duplicate' | 'accepted';

export interface EventQueue {
  /**
   * Resolves once every message is durable. What is sent again after an error is a duplicate where
   * the queue had taken it all the same.
   * @throws {RetryableError} when the queue does not accept
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly Sent[]>;
  /** Takes back a message that is not due yet. False when it is gone, due or locked. */
  cancel(sequence: number): Promise<boolean>;
  /** Messages not yet settled: due, locked or scheduled. May stop counting at 100. */
  depth(): Promise<number>;
}

/** A message locked for this receiver until the lock expires or is renewed. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /**
   * Unique to this message through all its deliveries; grows with the order of sending. A scheduled
   * message may get another number when it becomes due.
   */
  readonly sequence: number;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly lockToken: string;
  readonly orderingKey?: string;
}

/**
 * The other end of a queue: at least once, in no promised order but that of an ordering key, with
 * peek-lock. In Azure the Functions host is at it, not the app.
 */
export interface MessageReceiver {
  /** Locks up to `max` due messages, the longest due first; empty when there is none. */
  receive(max: number): Promise<readonly ReceivedMessage[]>;
  /** False when the lock has expired, taken by another or not; so in all below. */
  complete(message: ReceivedMessage): Promise<boolean>;
  /** Gives the message back for delivery at once. */
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
  /** Resolves when the message has been dealt with for good. Throws when it must come again. */
  handle(delivery: Delivery): Promise<void>;
  /** Records what is left to record of a message that was delivered too often. */
  bury(delivery: Delivery, reason: string): Promise<void>;
}

/** What a Web PubSub message goes to: everybody at the hub, a user or a group. */
export type WebPubSubTarget =
  | { readonly to: 'all' }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'group'; readonly group: string };

export interface ServiceBusMessage {
  readonly body: string;
  /** For duplicate detection, where the queue or topic has it. */
  readonly id?: string;
  readonly contentType?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly delayMs?: number;
}

/**
 * What the built-in actors send to.
 * @throws {TerminalError} `sink_not_configured` when no connection is configured, and where the
 * service refuses for good; {@link RetryableError} where it may accept later
 */
export interface Sinks {
  /** To a queue or a topic. */
  sendToServiceBus(entity: string, message: ServiceBusMessage): Promise<void>;
  /** Base64, as Functions' queue triggers expect. @returns the message's id */
  sendToStorageQueue(
    queue: string,
    text: string,
    options?: { readonly delaySeconds?: number },
  ): Promise<string>;
  sendToWebPubSub(target: WebPubSubTarget, content: Json): Promise<void>;
  /** The URL that a client connects to. */
  createWebPubSubUrl(options: {
    readonly user?: string;
    readonly groups?: readonly string[];
    readonly minutes?: number;
  }): Promise<string>;
}

export type IndexValue = string | number | boolean;

/** What the store keeps: a JSON object with an id of its own, unique in its collection. */
export interface Document {
  readonly id: string;
}

export interface Stored<T extends Document> {
  readonly document: T;
  /** Changes with every write. */
  readonly etag: string;
}

/** A kind of document, and what lists of it may be asked by. */
export interface Collection<T extends Document> {
  readonly name: string;
  /** Top-level fields that {@link ListQuery.where} may name. */
  readonly indexed: readonly (keyof T & string)[];
  /** The top-level field with the ISO 8601 UTC timestamp that orders lists. */
  readonly time: keyof T & string;
}

export interface ListQuery {
  /** All must be equal. */
  readonly where?: Readonly<Record<string, IndexValue>>;
  /** ISO 8601 UTC: at this time or later. */
  readonly since?: string;
  /** ISO 8601 UTC: before this time. */
  readonly until?: string;
  /** 1 to 1000. */
  readonly limit: number;
  /** From an earlier page of the same query. */
  readonly continuation?: string;
  /** The other way round: oldest first. */
  readonly isAscending?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Present when there may be more. */
  readonly continuation?: string;
}

export interface WriteOptions {
  /** The document is gone so many seconds after this write; absent: it stays. */
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
  /** @returns false when there is no such document */
  delete<T extends Document>(collection: Collection<T>, id: string): Promise<boolean>;
  /**
   * Newest first, documents of the same time by id, descending; or all of it the other way round. A
   * page after a continuation never repeats or skips a document that was there all along, whatever
   * is written meanwhile.
   * @throws {RejectedError} 400 for a continuation that is not one of ours
   */
  list<T extends Document>(collection: Collection<T>, query: ListQuery): Promise<Page<T>>;
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. @returns a function that takes it back */
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

/** What stands behind the app: on this machine, or in Azure. */
export interface Backend {
  readonly queue: EventQueue;
  readonly store: DocumentStore;
  /** Delivers messages from now on. Absent where the Functions host does. */
  drive?(handler: MessageHandler): void;
  /** Delivers no more; resolves when what is in flight has ended. Absent as {@link drive} is. */
  halt?(): Promise<void>;
  /**
   * The text of a message as the Functions host delivers it.
   * @throws {TerminalError} when it is none of ours; {@link RetryableError} when it cannot be had now
   */
  decode?(bytes: Uint8Array): Promise<string>;
  /** Resolves when what is in flight has ended and everything is durable. */
  close(): Promise<void>;
}

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
