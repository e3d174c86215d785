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
  /**
   * It goes before messages that are not urgent, however long these have been due. It may be
   * delivered twice.
   */
  readonly isUrgent?: boolean;
  /**
   * Name of the trigger for whose run it is. A queue that has lanes delivers it when the trigger has
   * its turn; others deliver it as any other.
   */
  readonly lane?: string;
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
  /** Finds how far the queue is behind, cheaply enough for once a second. */
  measureLag(options: MeasureOptions): Promise<QueueLag>;
}

export interface MeasureOptions {
  /** Counting stops at this number; a queue may stop earlier. */
  readonly maxDepth: number;
}

export interface QueueLag {
  /** As {@link EventQueue.depth}. */
  readonly depth: number;
  /** Milliseconds for which a message has been due; 0 where none waits. */
  readonly ageMs: number;
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
  /** As it was sent. */
  readonly lane?: string;
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
  /** True when the process may have died of this message: whoever handles it does one thing at a time. */
  readonly isSuspect?: boolean;
}

export interface MessageHandler {
  /** Resolves when the message is processed for good. Throws when it must be redelivered. */
  handle(delivery: Delivery): Promise<void>;
  /** Records the end of a message that was delivered too often. */
  giveUp(delivery: Delivery, reason: string): Promise<void>;
}
