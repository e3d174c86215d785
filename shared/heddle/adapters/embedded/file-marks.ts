import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Marks beside the database: one file per process that has it open, `heddle.db-open-<pid>`.
 *
 * 1. A mark is written once the write-ahead log exists, and removed after the log was emptied in
 *    order. A mark whose process is gone therefore tells of an unclean end, after which there must
 *    be a log.
 * 2. `creating` and `closing` are the states in which a missing log, or an empty file, is no loss.
 * 3. The last process that closes in order removes the marks of those that were killed meanwhile:
 *    the log had their writes too.
 */
type State = 'creating' | 'open' | 'closing';

interface Mark {
  readonly file: string;
  readonly pid: number;
  readonly state: State;
  /** The boot of the machine; empty where the system does not say. */
  readonly boot: string;
  /** The frames that its log had, noted before SQLite read the log anew. */
  readonly frames?: number;
}

export interface FoundMarks {
  /** A process that is alive has the database open. */
  readonly isInUse: boolean;
  /** A process was ended while the database was open. */
  readonly isUnclean: boolean;
  /** A process was ended while it created the database: nothing was in it yet. */
  readonly isUnborn: boolean;
  /** The machine has not been started anew since, so that no write was lost on the way to the disk. */
  readonly isSameBoot: boolean;
  /** The frames that an earlier start noted. */
  readonly frames: number | undefined;
}

/** Databases that this process has open, by path, with how often. */
const ours = new Map<string, number>();

export function readMarks(path: string): FoundMarks {
  const marks = listMarks(path);
  const dead = marks.filter((mark) => !isAlive(path, mark));
  const boot = readBoot();
  const unclean = dead.filter(({ state }) => state === 'open');
  return {
    isInUse: dead.length < marks.length,
    isUnclean: unclean.length > 0,
    isUnborn: dead.length > 0 && dead.every(({ state }) => state === 'creating'),
    isSameBoot: boot !== '' && unclean.length > 0 && unclean.every((mark) => mark.boot === boot),
    frames: unclean.find(({ frames }) => frames !== undefined)?.frames,
  };
}

export function writeMark(path: string, state: State): void {
  const mark = JSON.stringify({ state, boot: readBoot() });
  writeFileSync(toMarkPath(path, process.pid), `${mark}\n`);
}

/** The mark may have been removed meanwhile, with its folder. */
export function markClosing(path: string): void {
  try {
    writeMark(path, 'closing');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Notes in the marks of killed processes what SQLite forgets as it reads the log anew. */
export function noteFrames(path: string, frames: number): void {
  for (const mark of listMarks(path).filter((one) => !isAlive(path, one))) {
    const { state, boot } = mark;
    writeFileSync(mark.file, `${JSON.stringify({ state, boot, frames })}\n`);
  }
}

/** Counts one more user of the file in this process. @returns false where it was open already */
export function enter(path: string): boolean {
  const users = ours.get(path) ?? 0;
  ours.set(path, users + 1);
  return users === 0;
}

/** @returns true where this process has closed the file for the last time */
export function leave(path: string): boolean {
  const users = (ours.get(path) ?? 1) - 1;
  if (users > 0) ours.set(path, users);
  else ours.delete(path);
  return users === 0;
}

export function removeOwnMark(path: string): void {
  rmSync(toMarkPath(path, process.pid), { force: true });
}

/** Removes the marks of processes that are gone. */
export function removeDeadMarks(path: string): void {
  for (const mark of listMarks(path)) if (!isAlive(path, mark)) rmSync(mark.file, { force: true });
}

export function toMarkPath(path: string, pid: number): string {
  return `${path}-open-${pid}`;
}

function listMarks(path: string): readonly Mark[] {
  const prefix = `${basename(path)}-open-`;
  return listNames(dirname(path)).flatMap((name) => {
    const pid = Number(name.startsWith(prefix) ? name.slice(prefix.length) : Number.NaN);
    return Number.isInteger(pid) ? [readMark(join(dirname(path), name), pid)] : [];
  });
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A mark that cannot be read, since its process was killed as it wrote it, counts as open. */
function readMark(file: string, pid: number): Mark {
  try {
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as Mark), file, pid };
  } catch {
    return { file, pid, state: 'open', boot: '' };
  }
}

/** In a container the process before often had the pid of this one. */
function isAlive(path: string, { pid }: Mark): boolean {
  if (pid === process.pid) return ours.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
