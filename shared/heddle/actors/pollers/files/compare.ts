import type { Version } from './disk.ts';
import { readVersion, type Snapshot, type Waiting, writeVersion } from './snapshot.ts';
import type { FolderVisit, Unread } from './walk.ts';

interface CompareParts {
  readonly snapshot: Snapshot;
  /** Unix milliseconds. */
  readonly now: number;
  /** Unknown files that are found count as reported. */
  readonly isAdopting: boolean;
  /** Whether `ctime` tells one content from another. */
  readonly changeTime: boolean;
  /** A share that was mounted again may have another `ctime` of a file that nobody has changed. */
  readonly isRemounted: boolean;
}

/** Compares the files in a tree with those reported before. */
export class Comparison {
  /** Files that differ from what was reported. */
  readonly differing: Waiting[] = [];
  /** Waiting files that could not be read this time. */
  readonly held: Waiting[] = [];
  readonly #visited = new Set<string>();
  readonly #parts: CompareParts;

  constructor(parts: CompareParts) {
    this.#parts = parts;
  }

  visit(folder: string): FolderVisit {
    const { snapshot, isAdopting, changeTime } = this.#parts;
    const left = snapshot.reported(folder);
    const waiting = snapshot.waiting(folder);
    const adopted = new Map<string, string>();
    let isWorthWriting = isAdopting;
    this.#visited.add(folder);
    return {
      has: (name) => left.has(name) || waiting.has(name),
      see: (name, found, path) => {
        const seen = changeTime ? found : { ...found, ctime: undefined };
        const text = left.get(name);
        left.delete(name);
        const reported = text === undefined ? undefined : readVersion(text);
        if (this.#isAdopted(reported, seen)) {
          adopted.set(name, writeVersion(seen));
          isWorthWriting ||= reported?.ctime !== seen.ctime;
        } else this.#compare({ folder, name, reported, seen, path });
      },
      miss: (name) => {
        left.delete(name);
        const held = waiting.get(name);
        if (held) this.held.push(held);
      },
      end: () => {
        for (const [name, text] of left)
          this.#compare({ folder, name, reported: readVersion(text) });
        if (adopted.size === 0) return;
        snapshot.put(folder, new Map([...snapshot.reported(folder), ...adopted]), isWorthWriting);
      },
    };
  }

  /** Folders that were not visited are gone, except those below a folder that could not be read. */
  end(unread: Unread): void {
    const { snapshot } = this.#parts;
    for (const folder of snapshot.folders()) {
      if (this.#visited.has(folder)) continue;
      if (isBelow(folder, unread)) this.held.push(...snapshot.waiting(folder).values());
      else this.visit(folder).end();
    }
  }

  /**
   * A remounted share may have new inodes: no change, but later moves are found by them. A snapshot
   * of an earlier version has no `ctime`.
   */
  #isAdopted(reported: Version | undefined, seen: Version): boolean {
    if (reported === undefined) return this.#parts.isAdopting;
    const isNewlyKnown = reported.id !== seen.id || reported.ctime !== seen.ctime;
    const known = this.#parts.isRemounted ? { ...reported, ctime: undefined } : reported;
    return isNewlyKnown && isSame(known, seen);
  }

  #compare({ folder, name, reported, seen, path }: Omit<Waiting, 'since'>): void {
    if (isSame(reported, seen)) return;
    const { now, snapshot } = this.#parts;
    const before = snapshot.waiting(folder).get(name);
    const isAsBefore = before !== undefined && isSame(before.seen, seen);
    // The clock may have been set back.
    const since = isAsBefore ? Math.min(before.since, now) : now;
    this.differing.push({ folder, name, reported, seen, since, path });
  }
}

function isSame(one: Version | undefined, other: Version | undefined): boolean {
  if (one?.size !== other?.size || one?.mtime !== other?.mtime) return false;
  if (one?.ctime === undefined || other?.ctime === undefined) return true;
  return one.ctime === other.ctime;
}

function isBelow(folder: string, unread: Unread): boolean {
  for (let end = folder.length; end > 0; end = folder.lastIndexOf('/', end - 1)) {
    if (unread.has(folder.slice(0, end))) return true;
  }
  return false;
}
