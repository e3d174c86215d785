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
  giveUp(delivery: Delivery, reason: string): Promise<void>;
}
