import { type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PartFault } from '../../errors/part-fault.ts';
import type { Connection } from './connection.ts';

/** Finds out whether the files of the open database are still there. */
export interface FileWatch {
  /** @throws {LostFileError} */
  check(): void;
}

export const noWatch: FileWatch = { check: () => {} };

/** What to do about a lost file. */
export const WAY_ON =
  'stop the app, put a copy of the database and its -wal back if there is one, and start it';

/** What is written goes to a file that nobody finds again, or that lacks what was in it. */
export class LostFileError extends PartFault {
  constructor(file: string, found: string) {
    super(`${basename(file)} ${found} while the app runs: nothing is accepted until a restart`);
    this.name = 'LostFileError';
  }
}

interface Watched {
  readonly file: string;
  readonly inode: number;
  /** As long as it was seen last. */
  bytes: number;
  /** How long it must be, as SQLite knows it. Asked only where the file became shorter. */
  readonly toLeastBytes: () => number;
}

/**
 * The system lets an open file be deleted or cut off, and takes writes to it all the same.
 *
 * 1. The files are looked at by name, which costs about 4 µs. They are never opened for that: closing
 *    one would release the locks that SQLite holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
 * 2. A shorter file alone is no fault: another tool may have run VACUUM, or emptied the log in order.
 */
export class OpenFiles implements FileWatch {
  readonly #files: readonly Watched[];

  constructor(path: string, connection: Connection) {
    this.#files = [
      watch(path, () => toDatabaseBytes(connection)),
      watch(`${path}-wal`, () => toLogBytes(connection)),
    ];
  }

  check(): void {
    // All names first: SQLite is asked about lengths only while it works on these very files.
    const found = this.#files.map((watched) => ({ watched, bytes: toFoundBytes(watched) }));
    for (const { watched, bytes } of found) {
      if (bytes === undefined) continue;
      if (bytes < watched.bytes) checkShorter(watched);
      watched.bytes = bytes;
    }
  }
}

function watch(file: string, toLeastBytes: () => number): Watched {
  const stats = look(file);
  const { ino, size } = typeof stats === 'object' ? stats : { ino: 0, size: 0 };
  return { file, inode: ino, bytes: size, toLeastBytes };
}

/** Undefined where the system does not tell. */
function toFoundBytes({ file, inode }: Watched): number | undefined {
  const stats = look(file);
  if (stats === undefined) return undefined;
  // Some file systems number no files.
  const isSame = stats !== 'missing' && (stats.ino === inode || stats.ino === 0 || inode === 0);
  if (!isSame) throw new LostFileError(file, 'was removed or replaced');
  return stats.size;
}

function checkShorter({ file, toLeastBytes }: Watched): void {
  let least: number;
  try {
    least = toLeastBytes();
  } catch {
    // SQLite cannot read what it has written.
    least = Number.POSITIVE_INFINITY;
  }
  const stats = look(file);
  if (typeof stats === 'object' && stats.size < least) throw new LostFileError(file, 'was cut off');
}

/** Other errors than a missing file are left to SQLite. */
function look(file: string): Stats | 'missing' | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? 'missing';
  } catch {
    return undefined;
  }
}

function toDatabaseBytes(connection: Connection): number {
  return ask(connection, 'page_count') * ask(connection, 'page_size');
}

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** A checkpoint tells how many frames the log has, and fails where it cannot read one of them. */
function toLogBytes(connection: Connection): number {
  const row = connection.get<{ log: number }>('PRAGMA wal_checkpoint(PASSIVE)');
  const frames = Math.max(0, row?.log ?? 0);
  if (frames === 0) return 0;
  return LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + ask(connection, 'page_size'));
}

function ask(connection: Connection, pragma: 'page_count' | 'page_size'): number {
  const row = connection.get<Partial<Record<typeof pragma, number>>>(`PRAGMA ${pragma}`);
  return row?.[pragma] ?? 0;
}
