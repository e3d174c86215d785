import { accessSync, constants, fstatSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DamageError } from './damage.ts';
import { type FoundMarks, readMarks } from './file-marks.ts';
import { readFrameCount } from './log-index.ts';
import { readAt, readBytes, readSize, withFile } from './read-bytes.ts';

/** The state of the files before SQLite opens them, which may change them. */
export interface FoundFiles {
  readonly isNew: boolean;
  /** Another process has the database open. */
  readonly isInUse: boolean;
  /** The last process did not close the database. */
  readonly isUnclean: boolean;
  /** The frames that the log had when the process was ended; undefined: unknown. */
  readonly frames: number | undefined;
}

/** https://sqlite.org/fileformat2.html */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const HEADER_BYTES = 100;
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Frames of the log that are read at most: 1.6 GB of log with pages of 16 KB. */
const MAX_FRAMES = 100_000;

/**
 * Reads headers and sizes, so the cost does not grow with the database.
 * @throws {DamageError} when the files are not what a process of Heddle has left
 */
export function inspectFiles(path: string): FoundFiles {
  const marks = readMarks(path);
  const size = readSize(path);
  const logBytes = readSize(`${path}-wal`);
  const { isInUse } = marks;
  const fresh = { isNew: true, isInUse, isUnclean: false, frames: undefined };
  if (size === undefined) {
    if (marks.isUnclean || (logBytes ?? 0) > 0) throw toMissing(path);
    return fresh;
  }
  checkAccess(path);
  if (size === 0 && marks.isUnborn) return fresh;
  const header = readHeader(path, size);
  // While others write, sizes and headers change under the reader.
  if (isInUse) return { isNew: false, isInUse, isUnclean: false, frames: undefined };
  checkLog(path, marks, logBytes);
  checkSize(path, size, header, logBytes ?? 0);
  const isUnclean = marks.isUnclean || logBytes !== undefined;
  const frames = marks.frames ?? (marks.isSameBoot ? readFrameCount(path) : undefined);
  return { isNew: false, isInUse, isUnclean, frames };
}

interface Header {
  readonly pageBytes: number;
  /** Undefined where an old library wrote the file, which does not keep it. */
  readonly pages: number | undefined;
}

function readHeader(path: string, size: number): Header {
  const name = basename(path);
  if (size === 0) throw new DamageError(`${name} is empty (0 bytes): it was cut off`);
  const bytes = readBytes(path, 0, HEADER_BYTES);
  if (bytes.every((byte) => byte === 0)) {
    throw new DamageError(`${name} (${size} bytes) begins with zeros: it was overwritten`);
  }
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new DamageError(
      `${name} (${size} bytes) does not begin as an SQLite database: it was overwritten, or is a file of another application`,
    );
  }
  const stored = bytes.readUInt16BE(16);
  const pageBytes = stored === 1 ? 65_536 : stored;
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0) {
    throw new DamageError(`${name}: its header names pages of ${pageBytes} bytes: it is damaged`);
  }
  const isKept = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  return { pageBytes, pages: isKept ? bytes.readUInt32BE(28) : undefined };
}

/** The log is gone only where the last process has written it all into the database. */
function checkLog(path: string, { isUnclean }: FoundMarks, bytes: number | undefined): void {
  const log = `${basename(path)}-wal`;
  if (isUnclean && !bytes) {
    const what = bytes === 0 ? 'is empty' : 'is missing';
    throw new DamageError(
      `its log ${log} ${what}, although the process before did not close the database: what was written last is lost with it, unless another tool has written it into ${basename(path)} since`,
      { isUsable: true },
    );
  }
  if (!bytes) return;
  const header = readBytes(`${path}-wal`, 0, LOG_HEADER_BYTES);
  const isLog =
    header.length === LOG_HEADER_BYTES && header.readUInt32BE(0) >>> 1 === 0x1b_bf_83_41;
  if (isLog) return;
  throw new DamageError(
    `its log ${log} (${bytes} bytes) does not begin as one of SQLite: it was overwritten, and what was written last is lost with it`,
    { isUsable: true },
  );
}

/**
 * A file may be shorter than its header says only where a checkpoint was interrupted: the log then
 * has each page that the file lacks.
 */
function checkSize(path: string, size: number, header: Header, logBytes: number): void {
  const { pageBytes, pages } = header;
  if (pages === undefined || size >= pages * pageBytes || hasJournal(path)) return;
  const whole = Math.floor(size / pageBytes);
  const logged = logBytes > 0 ? readLoggedPages(path, pageBytes) : new Set<number>();
  for (let page = whole + 1; page <= pages; page += 1) {
    if (logged.has(page)) continue;
    throw new DamageError(
      `${basename(path)} has ${size} of its ${pages * pageBytes} bytes: it was cut off`,
    );
  }
}

/** A rollback journal is left where the process was killed as it created the file. */
function hasJournal(path: string): boolean {
  return (readSize(`${path}-journal`) ?? 0) > 0;
}

/** The numbers of the pages in the log. SQLite checks their sums. */
function readLoggedPages(path: string, pageBytes: number): ReadonlySet<number> {
  const pages = new Set<number>();
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  withFile(`${path}-wal`, (file) => {
    const frames = Math.floor((fstatSync(file).size - LOG_HEADER_BYTES) / frameBytes);
    const salts = readAt(file, 16, 8);
    for (let frame = 0; frame < Math.min(frames, MAX_FRAMES); frame += 1) {
      const header = readAt(file, LOG_HEADER_BYTES + frame * frameBytes, FRAME_HEADER_BYTES);
      if (!header.subarray(8, 16).equals(salts)) break;
      pages.add(header.readUInt32BE(0));
    }
  });
  return pages;
}

function checkAccess(path: string): void {
  const name = basename(path);
  const stat = statSync(path);
  if (!stat.isFile()) {
    const what = stat.isDirectory() ? 'a folder' : 'no ordinary file';
    throw new Error(`${name} is ${what}: move it away`);
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new ReadOnlyError(path, { cause });
  }
  // The administrator may write it all the same: that is not what its owner wanted.
  if ((stat.mode & 0o222) === 0) throw new ReadOnlyError(path);
}

/** Nothing is damaged: the process may not write. */
export class ReadOnlyError extends Error {
  constructor(path: string, options?: ErrorOptions) {
    super(
      `${basename(path)} may not be read and written: give this process the right to (chmod u+rw ${path})`,
      options,
    );
    this.name = 'ReadOnlyError';
  }
}

function toMissing(path: string): DamageError {
  const name = basename(path);
  return new DamageError(
    `${name} is missing, although what a process wrote beside it is there (${name}-wal, ${name}-open-…)`,
  );
}
