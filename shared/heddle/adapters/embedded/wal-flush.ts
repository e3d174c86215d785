import { type FileHandle, open } from 'node:fs/promises';

/** Puts on disk what has been committed to the write-ahead log. */
export interface Flush {
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const noFlush: Flush = {
  flush: async () => {},
  close: async () => {},
};

/**
 * Flushes the log's file from a thread of the pool, so that the event loop goes on meanwhile; with
 * `synchronous=FULL` SQLite would stop it for the duration. The file stays the same as long as a
 * connection is open, and SQLite holds its locks on other files, so our handle disturbs none.
 */
export class WalFlush implements Flush {
  readonly #handle: Promise<FileHandle>;

  constructor(databasePath: string) {
    this.#handle = open(`${databasePath}-wal`, 'r+');
    // Reported by the first flush.
    this.#handle.catch(() => {});
  }

  async flush(): Promise<void> {
    await (await this.#handle).datasync();
  }

  async close(): Promise<void> {
    await (await this.#handle).close();
  }
}
