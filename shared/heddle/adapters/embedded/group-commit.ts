import { setImmediate as turn } from 'node:timers/promises';
import { HeddleError } from '../../errors/errors.ts';
import type { Connection } from './connection.ts';
import { type FileWatch, LostFileError, noWatch } from './lost-files.ts';
import { isFileTrouble, type Subject, toUnavailable } from './unavailable.ts';
import type { Flush } from './wal-flush.ts';

/**
 * Reads and writes synchronously within one transaction. It may run again after the transaction was
 * undone, and may throw a HeddleError only before its first write: check first, write last.
 */
export type Work<T> = (connection: Connection) => T;

export interface WorkRequest<T> {
  readonly subject: Subject;
  readonly work: Work<T>;
  /** False: resolves without a flush, because a power cut may undo it without harm. */
  readonly durable: boolean;
}

interface Member {
  readonly subject: Subject;
  readonly durable: boolean;
  readonly run: (connection: Connection) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  failure?: { readonly error: unknown };
}

/**
 * Invariants:
 * 1. Works that queue up meanwhile share one transaction and one flush to disk.
 * 2. A durable work is not answered before the flush, not even with a conflict: its outcome may
 *    rest on what another work of the group has just written.
 * 3. A failing work neither undoes nor fails the others; trouble with the file fails all.
 * 4. After a failed flush nothing is accepted until a restart: the system may have dropped the
 *    pages and report success the next time (https://wiki.postgresql.org/wiki/Fsync_Errors).
 * 5. Nor once a file was removed or cut off. This is looked for before each group, whose writes could
 *    make a file that was cut off as long as before, and before a durable one is answered.
 */
export class GroupCommit {
  readonly #connection: Connection;
  readonly #flush: Flush;
  readonly #files: FileWatch;
  #queue: Member[] = [];
  #draining: Promise<void> | undefined;
  #refusal: unknown;
  #failedFlush: unknown;
  #trouble: unknown;

  constructor(connection: Connection, flush: Flush, files: FileWatch = noWatch) {
    this.#connection = connection;
    this.#flush = flush;
    this.#files = files;
  }

  add<T>({ subject, work, durable }: WorkRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let value: T;
      this.#queue.push({
        subject,
        durable,
        run: (connection) => {
          value = work(connection);
        },
        resolve: () => resolve(value),
        reject,
      });
      this.#draining ??= this.#drain();
    });
  }

  /** The error of a flush, after which nothing is accepted. */
  get failedFlush(): unknown {
    return this.#failedFlush;
  }

  /** Looks at the files. @returns what is lost, after which nothing is accepted */
  findLost(): LostFileError | undefined {
    try {
      if (this.#refusal === undefined) this.#files.check();
    } catch (error) {
      if (!(error instanceof LostFileError)) throw error;
      this.#refusal = error;
    }
    return this.#refusal instanceof LostFileError ? this.#refusal : undefined;
  }

  /** The error of the last group of writes; undefined: they were written. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /** @throws {RetryableError} once a flush has failed, a file is lost, or the database is closed */
  assertOpen(subject: Subject): void {
    if (this.#refusal !== undefined) throw toUnavailable(subject, this.#refusal);
  }

  /** Writes queued work, and refuses later work. */
  async close(): Promise<void> {
    await this.#draining;
    this.findLost();
    this.#refusal ??= new Error('it is closed');
  }

  /**
   * Work that arrives during a flush waits for it and forms the next group: it could not be flushed
   * sooner.
   */
  async #drain(): Promise<void> {
    do {
      await turn();
      const group = this.#queue;
      this.#queue = [];
      await this.#write(group);
    } while (this.#queue.length > 0);
    this.#draining = undefined;
  }

  async #write(group: readonly Member[]): Promise<void> {
    try {
      this.findLost();
      if (this.#refusal !== undefined) throw this.#refusal;
      while (!runGroup(this.#connection, group));
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = error;
      fail(group, error);
      return;
    }
    settle(group.filter(({ durable }) => !durable));
    const durable = group.filter(({ durable }) => durable);
    if (durable.length > 0) await this.#flushFor(durable);
  }

  async #flushFor(group: readonly Member[]): Promise<void> {
    try {
      await this.#flush.flush();
    } catch (error) {
      this.#refusal = error;
      this.#failedFlush = error;
      fail(group, error);
      return;
    }
    const lost = this.findLost();
    if (lost === undefined) settle(group);
    else fail(group, lost);
  }
}

function settle(group: readonly Member[]): void {
  for (const { failure, resolve, reject } of group) failure ? reject(failure.error) : resolve();
}

function fail(group: readonly Member[], error: unknown): void {
  for (const member of group) member.reject(toUnavailable(member.subject, error));
}

/**
 * Returns false when a member failed after it may have written: all is undone, to run again without
 * it.
 */
function runGroup(connection: Connection, group: readonly Member[]): boolean {
  let current: Member | undefined;
  try {
    connection.transaction(() => {
      for (current of group) runMember(connection, current);
      current = undefined;
    });
    return true;
  } catch (error) {
    if (current === undefined || isFileTrouble(error)) throw error;
    current.failure = { error };
    return false;
  }
}

function runMember(connection: Connection, member: Member): void {
  if (member.failure !== undefined) return;
  try {
    member.run(connection);
  } catch (error) {
    if (!(error instanceof HeddleError)) throw error;
    member.failure = { error };
  }
}
