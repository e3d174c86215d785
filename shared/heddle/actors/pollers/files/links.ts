import { join, sep } from 'node:path';
import { type Disk, type Entry, isGone, toCode } from './disk.ts';
import type { Watch } from './watch.ts';

/** A folder on the way through links. */
export interface LinkedFolder {
  /** Below the root, as the disk writes it. */
  readonly below: string;
  /** Where the links on the way to it stand, and where they lead, without links in them. */
  readonly targets: readonly string[];
}

interface Parts {
  readonly watch: Pick<Watch, 'root' | 'followLinks'>;
  readonly disk: Disk;
  readonly folder: LinkedFolder;
}

export interface ResolvedLinks {
  /** Without links: those that are followed stand as what they lead to. */
  readonly entries: readonly Entry[];
  /** The `targets` of each folder that is a link, by the link's name. */
  readonly linked: ReadonlyMap<string, readonly string[]>;
  /** Names of links that are not followed. */
  readonly passed: readonly string[];
  /** Why a link could not be followed, by its name. It stands among the entries as a file. */
  readonly unread: ReadonlyMap<string, string>;
}

/**
 * Follows the links of a folder, or passes them over. A link that leads back to a folder on the way
 * to it is passed over too, so that every way ends.
 */
export async function resolveLinks(
  entries: readonly Entry[],
  parts: Parts,
): Promise<ResolvedLinks> {
  const links = entries.filter((entry) => entry.isSymbolicLink());
  const linked = new Map<string, readonly string[]>();
  const unread = new Map<string, string>();
  if (links.length === 0) return { entries, linked, passed: [], unread };
  const rest = entries.filter((entry) => !entry.isSymbolicLink());
  if (!parts.watch.followLinks) {
    return { entries: rest, linked, passed: links.map(({ name }) => name), unread };
  }
  const passed: string[] = [];
  for (const { name } of links) {
    const found = await tryToFollow(name, parts);
    if (found.leadsTo === 'loop') passed.push(name);
    if (found.leadsTo === 'error') unread.set(name, found.code);
    if (found.leadsTo === 'folder') linked.set(name, found.targets);
    const isEntry = ['file', 'folder', 'error'].includes(found.leadsTo);
    if (isEntry) rest.push(toEntry(name, found.leadsTo === 'folder'));
  }
  return { entries: rest, linked, passed, unread };
}

type Followed =
  | { readonly leadsTo: 'file' | 'loop' | 'nothing' }
  | { readonly leadsTo: 'folder'; readonly targets: readonly string[] }
  | { readonly leadsTo: 'error'; readonly code: string };

async function tryToFollow(name: string, parts: Parts): Promise<Followed> {
  try {
    return await follow(name, parts);
  } catch (error) {
    return isGone(error) ? { leadsTo: 'nothing' } : { leadsTo: 'error', code: toCode(error) };
  }
}

async function follow(name: string, { watch, disk, folder }: Parts): Promise<Followed> {
  const here = join(watch.root, folder.below);
  const path = join(here, name);
  const kind = await disk.stat(path, true);
  if (kind === undefined) return { leadsTo: 'nothing' };
  if (kind !== 'folder') return { leadsTo: 'file' };
  const [from, target] = await Promise.all([disk.real(here), disk.real(path)]);
  const isBack = [from, ...folder.targets].some((one) => isWithin(one, target));
  return isBack
    ? { leadsTo: 'loop' }
    : { leadsTo: 'folder', targets: [...folder.targets, from, target] };
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function toEntry(name: string, isFolder: boolean): Entry {
  return {
    name,
    isFile: () => !isFolder,
    isDirectory: () => isFolder,
    isSymbolicLink: () => false,
  };
}
