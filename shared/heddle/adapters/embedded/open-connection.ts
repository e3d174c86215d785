import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConfigError } from '../../errors/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import { checkContent, checkFrames, checkOwner } from './check-content.ts';
import { Connection } from './connection.ts';
import { DamageError } from './damage.ts';
import {
  enter,
  leave,
  markClosing,
  noteFrames,
  removeDeadMarks,
  removeOwnMark,
  writeMark,
} from './file-marks.ts';
import { type FoundFiles, inspectFiles } from './inspect-files.ts';
import { copyLog, salvage, setAside } from './salvage.ts';
import { migrate } from './schema.ts';

export const IN_MEMORY = ':memory:';
/**
 * The page size of a new file. A webhook of some kilobytes costs a third less in these pages than
 * in pages of 4 KB.
 */
const PAGE_BYTES = 16_384;
const DEFAULT_CACHE_MB = 8;

export interface OpenOptions {
  /** True: a damaged database is moved aside, and what can be read of it is kept. */
  readonly acceptsLoss?: boolean;
  readonly logger?: Pick<Logger, 'error'> | undefined;
  /** Memory for pages of the file, besides the system's own cache of it. */
  readonly cacheMb?: number | undefined;
}

/**
 * Opens the file as the last process left it.
 * @throws {ConfigError} when it is damaged, unless the loss is accepted
 */
export function openChecked(path: string, options: OpenOptions): Connection {
  try {
    return openFound(path, inspectFiles(path), options);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    if (!options.acceptsLoss) throw toRefusal(path, error);
    return openDamaged(path, error, options);
  }
}

/** Empties the log and removes the mark of this process. The connection is not used any more. */
export function closeMarked(connection: Connection, path: string): void {
  const isLast = leave(path);
  if (isLast) markClosing(path);
  connection.close();
  if (!isLast) return;
  // The last process to close removes the log; then the marks of killed ones tell of nothing.
  if (!statSync(`${path}-wal`, { throwIfNoEntry: false })) removeDeadMarks(path);
  removeOwnMark(path);
}

function openFound(path: string, found: FoundFiles, options: OpenOptions): Connection {
  const isFirst = enter(path);
  try {
    if (isFirst && found.isNew) writeMark(path, 'creating');
    if (!found.isNew) check(path, found);
    const connection = connect(path, found, options);
    if (isFirst) writeMark(path, 'open');
    if (found.isUnclean) removeDeadMarks(path);
    return connection;
  } catch (error) {
    if (leave(path) && found.isNew) removeOwnMark(path);
    throw error;
  }
}

/** Checks without writing: not even the log is emptied when this connection closes. */
function check(path: string, { isUnclean, frames }: FoundFiles): void {
  if (frames !== undefined) noteFrames(path, frames);
  const connection = new Connection(path, { readOnly: true });
  try {
    connection.exec('PRAGMA busy_timeout = 1000');
    checkOwner(connection, path);
    if (!isUnclean) return;
    if (frames !== undefined) checkFrames(path, frames);
    checkContent(connection, path);
  } finally {
    connection.close();
  }
}

function connect(
  path: string,
  { isUnclean }: Pick<FoundFiles, 'isUnclean'>,
  { cacheMb = DEFAULT_CACHE_MB }: OpenOptions,
): Connection {
  const connection = new Connection(path);
  try {
    connection.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA busy_timeout = 1000`);
    prepare(connection, path, isUnclean);
    connection.exec(`PRAGMA cache_size = ${-1024 * cacheMb}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function prepare(connection: Connection, path: string, isUnclean: boolean): void {
  const mode = connection.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL');
  if (path !== IN_MEMORY && mode?.journal_mode !== 'wal') {
    throw new Error('the file system allows no write-ahead log');
  }
  connection.exec('PRAGMA synchronous = FULL');
  // A flush may have failed before the end: what the log has is written and flushed anew.
  if (isUnclean) connection.get('PRAGMA wal_checkpoint(TRUNCATE)');
  migrate(connection, path);
  // From here on commits do not flush: `write` does so, off the event loop.
  connection.exec('PRAGMA synchronous = NORMAL');
}

export function openInMemory(options: OpenOptions): Connection {
  return connect(IN_MEMORY, { isUnclean: false }, options);
}

function openDamaged(path: string, error: DamageError, options: OpenOptions): Connection {
  const { logger } = options;
  const accepted = `and HEDDLE_DATA_LOSS accepts that: ${error.message}`;
  if (error.isUsable) {
    const kept = copyLog(path, new Date());
    logger?.error(`The embedded database goes on without the rest of its log, ${accepted}.${kept}`);
    return openWithoutLog(path, { ...options, acceptsLoss: true });
  }
  const folder = setAside(path, new Date());
  removeDeadMarks(path);
  const connection = openFound(path, inspectFiles(path), options);
  const saved = salvage(join(folder, basename(path)), connection);
  const { messages, documents, incomplete } = saved;
  const lost = incomplete.length === 0 ? 'all tables' : `not all of ${incomplete.join(', ')}`;
  logger?.error(
    `The embedded database was damaged, ${accepted}. Its files are in ${folder}. Saved: ${messages} messages, ${documents} documents (${lost}).`,
  );
  return connection;
}

/** What the last checkpoint wrote may be torn: then the rows that can be read are saved. */
function openWithoutLog(path: string, options: OpenOptions): Connection {
  const unclean = { isNew: false, isInUse: false, isUnclean: true, frames: undefined };
  try {
    return openFound(path, unclean, options);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return openDamaged(path, error, options);
  }
}

function toRefusal(path: string, cause: DamageError): ConfigError {
  const faults = [
    `${cause.message}`,
    'nothing was deleted: the files are kept as they are',
    `put a copy of ${basename(path)} and its -wal back; or start once with HEDDLE_DATA_LOSS=accept: damaged files are moved aside, and what can be read in them is kept`,
  ];
  return new ConfigError(`the embedded database ${path} cannot be used`, faults, { cause });
}
