import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../errors/errors.ts';
import { Connection } from './connection.ts';
import { GroupCommit, type Work } from './group-commit.ts';
import { PURGE_CHUNK, Purge, type PurgeStep } from './purge.ts';
import { migrate } from './schema.ts';
import { type Subject, withSubject } from './unavailable.ts';
import { type Flush, noFlush, WalFlush } from './wal-flush.ts';

const IN_MEMORY = ':memory:';
/**
 * The page size of a new file. A webhook of some kilobytes costs a third less in these pages than
 * in pages of 4 KB.
 */
const PAGE_BYTES = 16_384;
const DEFAULT_CACHE_MB = 8;

export interface DatabaseOptions {
  /** Memory for pages of the file, besides the system's own cache of it. */
  readonly cacheMb?: number | undefined;
}

/** The SQLite file that holds both the queue and the store. */
export class SqliteDatabase {
  readonly #connection: Connection;
  readonly #commits: GroupCommit;
  readonly #flush: Flush;
  readonly #purge: Purge;
  #closing: Promise<void> | undefined;

  private constructor(connection: Connection, flush: Flush) {
    this.#connection = connection;
    this.#flush = flush;
    this.#commits = new GroupCommit(connection, flush);
    this.#purge = new Purge((step) =>
      this.writeSoftNow('store', (connection) => step(connection, PURGE_CHUNK)),
    );
  }

  /**
   * Creates the file and its folder where they are missing. `:memory:` keeps nothing.
   * @throws {ConfigError} when the file cannot be opened, or a newer version has written it
   */
  static open(path: string, { cacheMb = DEFAULT_CACHE_MB }: DatabaseOptions = {}): SqliteDatabase {
    const isInMemory = path === IN_MEMORY;
    try {
      if (!isInMemory) mkdirSync(dirname(path), { recursive: true });
      const connection = openConnection(path, cacheMb);
      return new SqliteDatabase(connection, isInMemory ? noFlush : new WalFlush(path));
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
    this.#commits.assertOpen(subject);
    return withSubject(subject, () => this.#connection.transaction(() => work(this.#connection)));
  }

  read<T>(subject: Subject, work: Work<T>): T {
    this.#commits.assertOpen(subject);
    return withSubject(subject, () => work(this.#connection));
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

  async #close(): Promise<void> {
    await this.#purge.stop();
    await this.#commits.close();
    await this.#flush.close();
    this.#connection.close();
  }
}

function openConnection(path: string, cacheMb: number): Connection {
  const connection = new Connection(path);
  try {
    connection.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA busy_timeout = 1000`);
    const mode = connection.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL');
    if (path !== IN_MEMORY && mode?.journal_mode !== 'wal') {
      throw new Error('the file system allows no write-ahead log');
    }
    connection.exec('PRAGMA synchronous = FULL');
    migrate(connection, path);
    connection.exec(`PRAGMA cache_size = ${-1024 * cacheMb}`);
    // From here on commits do not flush: `write` does so, off the event loop.
    connection.exec('PRAGMA synchronous = NORMAL');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
