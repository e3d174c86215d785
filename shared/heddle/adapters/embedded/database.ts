import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../errors/errors.ts';
import type { Connection } from './connection.ts';
import { leave } from './file-marks.ts';
import { GroupCommit, type Work } from './group-commit.ts';
import { type FileWatch, type LostFileError, noWatch, OpenFiles } from './lost-files.ts';
import {
  closeMarked,
  IN_MEMORY,
  type OpenOptions,
  openChecked,
  openInMemory,
} from './open-connection.ts';
import { PURGE_CHUNK, Purge, type PurgeStep } from './purge.ts';
import { type Subject, withSubject } from './unavailable.ts';
import { type Flush, noFlush, WalFlush } from './wal-flush.ts';

interface Disk {
  readonly flush: Flush;
  readonly files: FileWatch;
}

const noDisk: Disk = { flush: noFlush, files: noWatch };

/** The SQLite file that holds both the queue and the store. */
export class SqliteDatabase {
  readonly #connection: Connection;
  readonly #commits: GroupCommit;
  readonly #flush: Flush;
  readonly #purge: Purge;
  #closing: Promise<void> | undefined;

  readonly #path: string;

  private constructor(path: string, connection: Connection, disk: Disk) {
    const { flush, files } = disk;
    this.#path = path;
    this.#connection = connection;
    this.#flush = flush;
    this.#commits = new GroupCommit(connection, flush, files);
    this.#purge = new Purge((step) =>
      this.writeSoftNow('store', (connection) => step(connection, PURGE_CHUNK)),
    );
  }

  /**
   * Creates the file and its folder where they are missing. `:memory:` keeps nothing.
   * @throws {ConfigError} when the file cannot be opened, is damaged, or a newer version has written
   * it
   */
  static open(path: string, options: OpenOptions = {}): SqliteDatabase {
    if (path === IN_MEMORY) return new SqliteDatabase(path, openInMemory(options), noDisk);
    try {
      mkdirSync(dirname(path), { recursive: true });
      const connection = openChecked(path, options);
      const files = new OpenFiles(path, connection);
      return new SqliteDatabase(path, connection, { flush: new WalFlush(path), files });
    } catch (cause) {
      if (!(cause instanceof Error) || cause instanceof ConfigError) throw cause;
      const fault = `it cannot be opened (${cause.message}): it needs a writable local folder`;
      throw new ConfigError(`the embedded database ${path}`, [fault], { cause });
    }
  }

  /** Counts of begun and undone transactions. */
  get counts(): { readonly transactions: number; readonly rollbacks: number } {
    const { transactions, rollbacks } = this.#connection;
    return { transactions, rollbacks };
  }

  /**
   * Resolves when the work's changes are on disk, flushed together with concurrent ones.
   * @throws {RetryableError} when the file cannot be written: the work is undone
   */
  write<T>(subject: Subject, work: Work<T>): Promise<T> {
    return this.#commits.add({ subject, work, durable: true });
  }

  /**
   * Resolves when the changes are committed; they reach the disk with the next `write`. They
   * survive the end of the process but not a power cut, so this is for data that may be lost
   * without harm.
   */
  writeSoft<T>(subject: Subject, work: Work<T>): Promise<T> {
    return this.#commits.add({ subject, work, durable: false });
  }

  /** Like `writeSoft`, but at once and in a transaction of its own. */
  writeSoftNow<T>(subject: Subject, work: Work<T>): T {
    this.#commits.findLost();
    this.#commits.assertOpen(subject);
    return withSubject(subject, () => this.#connection.transaction(() => work(this.#connection)));
  }

  read<T>(subject: Subject, work: Work<T>): T {
    this.#commits.assertOpen(subject);
    return withSubject(subject, () => work(this.#connection));
  }

  /**
   * Resolves where the file can be read, and written if the last write has failed.
   * @throws {RetryableError}
   */
  async check(): Promise<void> {
    this.findLost();
    this.read('queue', (connection) => connection.get('SELECT 1 FROM messages LIMIT 1'));
    if (this.#commits.trouble === undefined) return;
    await this.write('queue', (connection) => connection.exec(toVersionPragma(connection)));
  }

  /** Whether a flush has failed, after which nothing is accepted until a restart. */
  get hasFailedFlush(): boolean {
    return this.#commits.failedFlush !== undefined;
  }

  /** Looks whether a file was removed or cut off, after which nothing is accepted until a restart. */
  findLost(): LostFileError | undefined {
    return this.#commits.findLost();
  }

  onPurge(step: PurgeStep): void {
    this.#purge.add(step);
  }

  /** Deletes expired rows, in small chunks with pauses; call it about once a minute. */
  purge(): Promise<number> {
    return this.#purge.run();
  }

  /** Writes queued work first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * After a failed flush the file stays open until the process ends: closing it would copy pages of
   * the log that may be gone. The next process checks the log's sums. So it does where a file was
   * lost: closing would write to what is not the database any more, and remove its mark.
   */
  async #close(): Promise<void> {
    const isSound = this.#commits.failedFlush === undefined;
    await this.#purge.stop();
    await this.#commits.close();
    await this.#flush.close();
    if (!isSound) return;
    if (this.#path === IN_MEMORY) this.#connection.close();
    else if (this.#commits.findLost()) leave(this.#path);
    else closeMarked(this.#connection, this.#path);
  }
}

/** Writes what is there already: the smallest write that takes room in the log. */
function toVersionPragma(connection: Connection): string {
  const { user_version: version = 0 } =
    connection.get<{ user_version: number }>('PRAGMA user_version') ?? {};
  return `PRAGMA user_version = ${version}`;
}
