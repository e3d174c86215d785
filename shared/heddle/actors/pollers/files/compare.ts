import type { Version } from './disk.ts';
import { readVersion, type Snapshot, type Waiting, writeVersion } from './snapshot.ts';
import type { FolderVisit, Unread } from './walk.ts';

interface CompareParts {
  readonly snapshot: Snapshot;
  /** Unix milliseconds. */
  readonly now: number;
  /** Unknown files that are found count as reported. */
  readonly isAdopting: boolean;
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
    const { snapshot, isAdopting } = this.#parts;
    const left = snapshot.reported(folder);
    const waiting = snapshot.waiting(folder);
    const adopted = new Map<string, string>();
    this.#visited.add(folder);
    return {
      has: (name) => left.has(name) || waiting.has(name),
      see: (name, seen) => {
        const text = left.get(name);
        left.delete(name);
        const reported = text === undefined ? undefined : readVersion(text);
        if (this.#isAdopted(reported, seen)) adopted.set(name, writeVersion(seen));
        else this.#compare({ folder, name, reported, seen });
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
        snapshot.put(folder, new Map([...snapshot.reported(folder), ...adopted]), isAdopting);
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

  /** A remounted share may have new inodes: no change, but later moves are found by them. */
  #isAdopted(reported: Version | undefined, seen: Version): boolean {
    if (reported === undefined) return this.#parts.isAdopting;
    return isSame(reported, seen) && reported.id !== seen.id;
  }

  #compare({ folder, name, reported, seen }: Omit<Waiting, 'since'>): void {
    if (isSame(reported, seen)) return;
    const { now, snapshot } = this.#parts;
    const before = snapshot.waiting(folder).get(name);
    const isAsBefore = before !== undefined && isSame(before.seen, seen);
    // The clock may have been set back.
    const since = isAsBefore ? Math.min(before.since, now) : now;
    this.differing.push({ folder, name, reported, seen, since });
  }
}

function isSame(one: Version | undefined, other: Version | undefined): boolean {
  return one?.size === other?.size && one?.mtime === other?.mtime;
}

function isBelow(folder: string, unread: Unread): boolean {
  for (let end = folder.length; end > 0; end = folder.lastIndexOf('/', end - 1)) {
    if (unread.has(folder.slice(0, end))) return true;
  }
  return false;
}
