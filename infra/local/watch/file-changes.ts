import { type Dirent, existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A stamp of each file; it differs after a write, and after another file has taken its place. */
type Snapshot = ReadonlyMap<string, string>;

const scanMs = 200;

export interface FileWatch {
  /** Watches these too, from now on. They may be patterns of files. */
  add(paths: readonly string[]): void;
  end(): void;
}

/**
 * Calls back with the files that have changed, once two scans in a row are equal: an editor may write
 * several files, or delete a file before it renames another to its name. The files are looked at, as
 * the system's own notices are lost on network drives and in containers, and stay with the old file
 * after a rename.
 * @param paths files and folders, which need not exist
 */
export function watchFiles(
  paths: readonly string[],
  onChange: (files: readonly string[]) => void,
): FileWatch {
  const watched = new Set(paths);
  let known = takeSnapshot(watched);
  let last = known;
  const timer = setInterval(() => {
    const now = takeSnapshot(watched);
    const isSettled = listChanges(last, now).length === 0;
    last = now;
    const changed = listChanges(known, now);
    if (!isSettled || changed.length === 0) return;
    known = now;
    onChange(changed);
  }, scanMs);
  return {
    add(more) {
      const added = more.filter((path) => !watched.has(path));
      if (added.length === 0) return;
      const stamps = takeSnapshot(added);
      for (const path of added) watched.add(path);
      known = new Map([...stamps, ...known]);
      last = new Map([...stamps, ...last]);
    },
    end: () => clearInterval(timer),
  };
}

function takeSnapshot(paths: Iterable<string>): Snapshot {
  const stamps = new Map<string, string>();
  for (const path of paths) {
    if (!isPattern(path)) stampAll(path, stamps);
    else for (const found of globSync(path)) stampAll(found, stamps);
  }
  return stamps;
}

/** A file of this very name comes before the pattern. */
function isPattern(path: string): boolean {
  return /[*?[{]/.test(path) && !existsSync(path);
}

function stampAll(path: string, stamps: Map<string, string>): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) stamps.set(path, `${stats.mtimeMs} ${stats.size} ${stats.ino}`);
  if (!stats?.isDirectory()) return;
  for (const { name } of listFolder(path)) {
    if (isWritten(name)) stampAll(join(path, name), stamps);
  }
}

/** None where the folder was deleted meanwhile. */
function listFolder(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** False for packages, and for what editors write beside a file. */
function isWritten(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.') && !name.endsWith('~');
}

function listChanges(before: Snapshot, after: Snapshot): readonly string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((path) => before.get(path) !== after.get(path));
}
