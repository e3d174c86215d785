/** Told by whoever receives messages of each try. */
export interface ReceiveObserver {
  /** The queue was read. @param count the messages that it gave, perhaps none */
  received(count: number): void;
  failed(error: unknown): void;
}

/** The messages that wait. */
export interface Backlog {
  /** Messages that are due, in work or waiting for their turn: not those planned for later. */
  readonly queued: number;
  /** Messages planned for later: retries, fires, polls, ends of windows. */
  readonly planned: number;
  /** For how long the oldest message has been due. Absent: none is due that nobody handles. */
  readonly oldestDueMs?: number;
}

/** A service or a file that the app works with, and that can be asked whether it answers. */
export interface Part {
  readonly name: string;
  /** For people: `Cosmos DB`. */
  readonly technology: string;
  /** Without it nothing is accepted, or nothing runs. */
  readonly isVital: boolean;
  /** True where an answer shows that the queue and the store can be written. */
  readonly provesWrites?: boolean;
  /** Rejects where it does not answer as it should. It may go on after the signal. */
  ask(signal: AbortSignal): Promise<void>;
  /** What will soon keep it from its work, in words for people, where it still does it. */
  findWarning?(): Promise<string | undefined>;
}
