import { join, sep } from 'node:path';
import { type Disk, type Entry, isGone, toCode, type Version } from './disk.ts';
import type { Places } from './glob.ts';
import { type LinkedFolder, resolveLinks } from './links.ts';
import { toKeys } from './names.ts';
import type { Watch } from './watch.ts';

/** Bounds the pending promises whatever the tree looks like; enough for a network share. */
const FOLDERS_AT_ONCE = 8;
const FILES_AT_ONCE = 16;

/** A folder while it is read. Names are in NFC. */
export interface FolderVisit {
  /** Whether the file is known already, so that its patterns need not be tested again. */
  has(name: string): boolean;
  /** @param path the file below the root, as the disk writes it */
  see(name: string, version: Version, path: string): void;
  /** The file could not be read this time. */
  miss(name: string): void;
  /** Files that were not seen are gone. */
  end(): void;
}

export interface WalkParts {
  readonly watch: Watch;
  readonly disk: Disk;
  readonly signal: AbortSignal;
  /** @param folder path below the root, in NFC; empty for the root */
  visit(folder: string): FolderVisit;
}

/** Why a folder or file could not be read, by its path below the root. */
export type Unread = ReadonlyMap<string, string>;

export interface Walked {
  readonly unread: Unread;
  /** Links that match the patterns and were passed over, as paths below the root. */
  readonly links: readonly string[];
}

interface Folder extends LinkedFolder {
  /** Below the root, in NFC. */
  readonly path: string;
  readonly at: Places;
}

/** An entry with the name that it is known by. */
interface Named {
  readonly entry: Entry;
  readonly key: string;
}

type Walking = WalkParts & { readonly unread: Map<string, string>; readonly links: string[] };

/**
 * Reads a tree, one level after the other. Entries that vanish meanwhile count as absent; those
 * that cannot be read are returned as unread.
 * @throws when the root cannot be read, and the signal's reason
 */
export async function walk(parts: WalkParts): Promise<Walked> {
  const walking = { ...parts, unread: new Map<string, string>(), links: [] as string[] };
  const { watch, disk, signal, unread, links } = walking;
  let level: Folder[] = [{ path: '', below: '', targets: [], at: watch.pattern.start }];
  while (level.length > 0) {
    const next: Folder[] = [];
    await forEach(level, FOLDERS_AT_ONCE, async (folder) => {
      signal.throwIfAborted();
      const listed = await list(walking, folder);
      if (listed === undefined) return;
      const { entries, linked, passed, ...found } = await resolveLinks(listed, {
        ...{ watch, disk, folder },
      });
      const named = toNamed(entries);
      for (const [name, code] of found.unread) {
        unread.set(toPath(folder.path, name.normalize('NFC')), code);
      }
      links.push(...findWanted(walking, folder, passed));
      next.push(...toFolders(walking, folder, { named, linked }));
      await readFiles(walking, folder, named);
    });
    level = next;
  }
  return { unread, links: links.sort() };
}

export function toPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

async function list(
  { watch, disk, unread }: Walking,
  { path: folder, below }: Folder,
): Promise<readonly Entry[] | undefined> {
  const path = join(watch.root, below);
  try {
    return await disk.list(path);
  } catch (error) {
    if (folder === '') throw error;
    // A vanishing entry can make a listing fail like this on a file system without entry types.
    if (isGone(error) && (await disk.stat(path, watch.followLinks)) !== 'folder') return undefined;
    unread.set(folder, toCode(error));
    return undefined;
  }
}

function toNamed(entries: readonly Entry[]): readonly Named[] {
  const keys = toKeys(entries.map(({ name }) => name));
  return entries.map((entry, index) => ({ entry, key: keys[index] ?? entry.name }));
}

/** Selects the links that would be a file or a folder of this watch if they were followed. */
function findWanted(
  { watch }: Walking,
  { path: folder, at }: Folder,
  links: readonly string[],
): readonly string[] {
  return links
    .filter((link) => {
      const name = link.normalize('NFC');
      const isMatch = watch.pattern.ends(at, name) || watch.pattern.enter(at, name).length > 0;
      return isMatch && !watch.isIgnored(toPath(folder, name));
    })
    .map((link) => toPath(folder, link));
}

interface Listed {
  readonly named: readonly Named[];
  /** The `targets` of each folder that is a link, by the link's name. */
  readonly linked: ReadonlyMap<string, readonly string[]>;
}

function toFolders(
  { watch }: Walking,
  { path: above, below, targets, at }: Folder,
  { named, linked }: Listed,
): readonly Folder[] {
  const folders: Folder[] = [];
  for (const { entry, key } of named) {
    if (!entry.isDirectory()) continue;
    const folder = {
      ...{ path: toPath(above, key), below: toPath(below, entry.name) },
      ...{ targets: linked.get(entry.name) ?? targets, at: watch.pattern.enter(at, key) },
    };
    if (folder.at.length > 0 && !watch.isIgnored(folder.path)) folders.push(folder);
  }
  return folders;
}

async function readFiles(
  { watch, disk, signal, visit, unread }: Walking,
  { path: folder, below, at }: Folder,
  named: readonly Named[],
): Promise<void> {
  const visited = visit(folder);
  const above = join(watch.root, below, sep);
  const isWanted = (name: string) =>
    watch.pattern.ends(at, name) && !watch.isIgnored(toPath(folder, name));
  await forEach(named, FILES_AT_ONCE, async ({ entry, key }) => {
    if (!entry.isFile() || !(visited.has(key) || isWanted(key))) return;
    signal.throwIfAborted();
    try {
      const found = await disk.stat(above + entry.name, watch.followLinks);
      if (typeof found === 'object') visited.see(key, found, toPath(below, entry.name));
    } catch (error) {
      visited.miss(key);
      unread.set(toPath(folder, key), toCode(error));
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
