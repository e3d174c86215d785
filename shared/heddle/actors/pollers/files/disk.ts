import { type BigIntStats, lstat, readdir, stat } from 'node:fs';
import { promisify } from 'node:util';

/** Tells one content of a file from another without reading it, as far as possible. */
export interface Version {
  readonly size: number;
  /** Unix milliseconds. */
  readonly mtime: number;
  /** Device and inode, which stay the same when a file moves. Empty where there are none. */
  readonly id: string;
}

/** A directory entry. Symbolic links, sockets and the like are neither file nor directory. */
export interface Entry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** The part of a file system that the files poller uses. Errors are Node's, with their `code`. */
export interface Disk {
  list(folder: string): Promise<readonly Entry[]>;
  /** Undefined: there is neither a file nor a folder. Links are not followed. */
  stat(path: string): Promise<Version | 'folder' | undefined>;
  /** Device of the file system mounted there; links are followed. */
  device(folder: string): Promise<string>;
}

const listing = promisify(readdir);

/** Callback `lstat`, a third faster than that of fs.promises over many files. */
function readStats(path: string): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    lstat(path, { bigint: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });
}

/** Later or earlier dates make no valid timestamp. */
const MAX_DATE_MS = 8_640_000_000_000_000;

export const nodeDisk: Disk = {
  list: (folder) => listing(folder, { withFileTypes: true }),

  async stat(path) {
    try {
      const found = await readStats(path);
      if (found.isDirectory()) return 'folder';
      return found.isFile() ? toVersion(found) : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  },

  async device(folder) {
    const found = await promisify(stat)(folder);
    if (found.isDirectory()) return found.dev.toString(36);
    throw Object.assign(new Error(`${folder} is no folder`), { code: 'ENOTDIR' });
  },
};

/** Takes bigints: inodes of network shares have 64 bits, more than a number can hold. */
function toVersion({ size, mtimeMs, dev, ino }: BigIntStats): Version {
  const mtime = Math.min(MAX_DATE_MS, Math.max(-MAX_DATE_MS, Number(mtimeMs)));
  const id = ino === 0n ? '' : `${dev.toString(36)}.${ino.toString(36)}`;
  return { size: Number(size), mtime, id };
}

export function toCode(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? 'unknown error';
}

export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(toCode(error));
}
