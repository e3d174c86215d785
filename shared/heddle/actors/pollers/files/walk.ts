import { join, sep } from 'node:path';
import { type Disk, type Entry, isGone, toCode, type Version } from './disk.ts';
import type { Places } from './glob.ts';
import type { Watch } from './watch.ts';

/** Bounds the pending promises whatever the tree looks like; enough for a network share. */
const FOLDERS_AT_ONCE = 8;
const FILES_AT_ONCE = 16;

/** A folder while it is read. */
export interface FolderVisit {
  /** Whether the file is known already, so that its patterns need not be tested again. */
  has(name: string): boolean;
  see(name: string, version: Version): void;
  /** The file could not be read this time. */
  miss(name: string): void;
  /** Files that were not seen are gone. */
  end(): void;
}

export interface WalkParts {
  readonly watch: Watch;
  readonly disk: Disk;
  readonly signal: AbortSignal;
  /** @param folder path below the root; empty for the root */
  visit(folder: string): FolderVisit;
}

/** Why a folder or file could not be read, by its path below the root. */
export type Unread = ReadonlyMap<string, string>;

interface Folder {
  readonly path: string;
  readonly at: Places;
}

/**
 * Reads a tree, one level after the other. Entries that vanish meanwhile count as absent; those
 * that cannot be read are returned as unread.
 * @throws when the root cannot be read, and the signal's reason
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
    // A vanishing entry can make a listing fail like this on a file system without entry types.
    if (isGone(error) && (await disk.stat(path)) !== 'folder') return undefined;
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
      const found = await disk.stat(above + name);
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
