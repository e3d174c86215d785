import { join, sep } from 'node:path';
import { type Disk, type Entry, isGone, toCode, type Version } from './disk.ts';
import type { Places } from './glob.ts';
import type { Watch } from './watch.ts';

/** So many promises at a time, whatever the tree is like: enough for a share across a network. */
const FOLDERS_AT_ONCE = 8;
const FILES_AT_ONCE = 16;

/** One folder, while it is read. */
export interface FolderVisit {
  /** Whether the file is known: it need not be asked again whether the patterns fit. */
  has(name: string): boolean;
  see(name: string, version: Version): void;
  /** Nothing can be said of it this time. */
  miss(name: string): void;
  /** What was not come across is not there. */
  end(): void;
}

export interface WalkParts {
  readonly watch: Watch;
  readonly disk: Disk;
  readonly signal: AbortSignal;
  /** @param folder its path below the root, the root's is empty */
  visit(folder: string): FolderVisit;
}

/** What could not be read, by its path below the root, and why. */
export type Unread = ReadonlyMap<string, string>;

interface Folder {
  readonly path: string;
  readonly at: Places;
}

/**
 * Reads a tree, one level after the other. What vanishes meanwhile is not there; what cannot be read
 * is said to be unread.
 * @throws where the root cannot be read, and the signal's reason
 */
export async function walk(parts: WalkParts): Promise<Unread> {
  const unread = new Map<string, string>();
  let level: Folder[] = [{ path: '', at: parts.watch.pattern.start }];
  while (level.length > 0) {
    const next: Folder[] = [];
    await forEach(level, FOLDERS_AT_ONCE, async (folder) => {
      parts.signal.throwIfAborted();
      const entries = await list(parts, folder.path, unread);
      if (entries === undefined) return;
      next.push(...toFolders(parts, folder, entries));
      await readFiles(parts, folder, entries, unread);
    });
    level = next;
  }
  return unread;
}

export function toPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

async function list(
  { watch, disk }: WalkParts,
  folder: string,
  unread: Map<string, string>,
): Promise<readonly Entry[] | undefined> {
  const path = join(watch.root, folder);
  try {
    return await disk.list(path);
  } catch (error) {
    if (folder === '') throw error;
    // Where a file system does not tell what its entries are, one that vanishes looks like this too.
    if (isGone(error) && (await disk.look(path)) !== 'folder') return undefined;
    unread.set(folder, toCode(error));
    return undefined;
  }
}

function toFolders(
  { watch }: WalkParts,
  { path: above, at }: Folder,
  entries: readonly Entry[],
): readonly Folder[] {
  const folders: Folder[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const folder = { path: toPath(above, entry.name), at: watch.pattern.enter(at, entry.name) };
    if (folder.at.length > 0 && !watch.isIgnored(folder.path)) folders.push(folder);
  }
  return folders;
}

async function readFiles(
  { watch, disk, signal, visit }: WalkParts,
  { path: folder, at }: Folder,
  entries: readonly Entry[],
  unread: Map<string, string>,
): Promise<void> {
  const visited = visit(folder);
  const above = join(watch.root, folder, sep);
  const isWanted = (name: string) =>
    watch.pattern.ends(at, name) && !watch.isIgnored(toPath(folder, name));
  await forEach(entries, FILES_AT_ONCE, async (entry) => {
    const { name } = entry;
    if (!entry.isFile() || !(visited.has(name) || isWanted(name))) return;
    signal.throwIfAborted();
    try {
      const found = await disk.look(above + name);
      if (typeof found === 'object') visited.see(name, found);
    } catch (error) {
      visited.miss(name);
      unread.set(toPath(folder, name), toCode(error));
    }
  });
  visited.end();
}

async function forEach<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}
