import type { DocumentStore } from './document-store.ts';
import type { EventQueue, MessageHandler } from './event-queue.ts';
import type { Backlog, Part, ReceiveObserver } from './health.ts';

/** The queue and the store of the app, embedded or in Azure. */
export interface Backend {
  readonly queue: EventQueue;
  readonly store: DocumentStore;
  /** Starts delivering messages. Absent where the Functions host delivers them. */
  drive?(handler: MessageHandler, observer?: ReceiveObserver): void;
  /** Stops delivering; resolves when deliveries in flight have ended. Absent like {@link drive}. */
  halt?(): Promise<void>;
  /**
   * Decodes the text of a message as the Functions host delivers it.
   * @throws {TerminalError} when it is not one of Heddle's; {@link RetryableError} when it cannot
   * be read now
   */
  decode?(bytes: Uint8Array): Promise<string>;
  /** What the queue and the store rest on, for `/health`. */
  readonly parts?: readonly Part[];
  /** Counts what waits. Absent: only the queue's depth is known. */
  backlog?(): Promise<Backlog>;
  /** Resolves when work in flight has ended and everything is durable. */
  close(): Promise<void>;
}
