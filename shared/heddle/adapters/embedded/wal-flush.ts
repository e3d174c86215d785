import { type FileHandle, open } from 'node:fs/promises';

/** Flushes to disk what has been committed to the write-ahead log. */
export interface Flush {
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const noFlush: Flush = {
  flush: async () => {},
  close: async () => {},
};

/**
 * Flushes the log's file on a thread of the pool, so that the event loop goes on; with
 * `synchronous=FULL` SQLite would block it. The file stays the same while a connection is open, and
 * SQLite holds its locks on other files, so that this handle disturbs none.
 */
export class WalFlush implements Flush {
  readonly #handle: Promise<FileHandle>;

  constructor(databasePath: string) {
    this.#handle = open(`${databasePath}-wal`, 'r+');
    // The first flush reports the error.
    this.#handle.catch(() => {});
  }

  async flush(): Promise<void> {
    await (await this.#handle).datasync();
  }

  async close(): Promise<void> {
    await (await this.#handle).close();
  }
}
