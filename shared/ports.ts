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
}

/** A message locked for this receiver until the lock expires or is renewed. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Unique to this message for its whole life; grows with the order of sending. */
  readonly sequence: number;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly lockToken: string;
}

export interface DeadLetter {
  readonly sequence: number;
  readonly id: string;
  readonly body: string;
  readonly reason: string;
  readonly deliveryCount: number;
  /** Unix milliseconds. */
  readonly deadLetteredAt: number;
}

/** At least once, in no promised order, with peek-lock. */
export interface EventQueue {
  /**
   * Resolves once every message is durable: all of them or none.
   * @returns for each message its sequence number, or undefined where it was a duplicate
   * @throws {RetryableError} when the queue does not accept: nothing was sent
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly (number | undefined)[]>;
  /** Takes back a message that is not due yet. False when it is gone, due or locked. */
  cancel(sequence: number): Promise<boolean>;
  /** Locks up to `max` due messages, the longest due first; empty when there is none. */
  receive(max: number): Promise<readonly ReceivedMessage[]>;
  /** False when the lock has expired, taken by another or not; so in all below. */
  complete(message: ReceivedMessage): Promise<boolean>;
  /** Gives the message back for delivery at once. */
  abandon(message: ReceivedMessage): Promise<boolean>;
  deadLetter(message: ReceivedMessage, reason: string): Promise<boolean>;
  /** Extends the lock to a full duration from now. */
  renewLock(message: ReceivedMessage): Promise<boolean>;
  /** Newest first. */
  listDeadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** Messages not yet settled: due, locked or scheduled. */
  depth(): Promise<number>;
}

/** A message as the queue delivered it. */
export interface Delivery {
  readonly body: string;
  readonly sequence: number;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  /** Aborts when the message's lock is lost. */
  readonly signal: AbortSignal;
}

/** What is to become of a message that was dealt with. A handler that throws gets it again. */
export type Settlement =
  | { readonly action: 'complete' }
  | { readonly action: 'dead-letter'; readonly reason: string };

export interface MessageHandler {
  handle(delivery: Delivery): Promise<Settlement>;
  /** Called before a message that was delivered too often is dead-lettered. */
  bury(delivery: Delivery): Promise<void>;
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
  /** 1 to 1000. */
  readonly limit: number;
  /** From an earlier page of the same query. */
  readonly continuation?: string;
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
   * Newest first; documents of the same time by id, descending. A page after a continuation never repeats or
   * skips a document that was there all along, whatever is written meanwhile.
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
