import type { DocumentStore } from './document-store.ts';
import type { EventQueue, MessageHandler } from './event-queue.ts';

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
