import type { Version } from './disk.ts';
import { readVersion, type Snapshot, type Waiting, writeVersion } from './snapshot.ts';
import type { FolderVisit, Unread } from './walk.ts';

interface CompareParts {
  readonly snapshot: Snapshot;
  /** Unix milliseconds. */
  readonly now: number;
  /** What is found and was not known is taken as told of. */
  readonly isAdopting: boolean;
}

/** What is in a tree against what was told of it. */
export class Comparison {
  /** What is not as it was told. */
  readonly differing: Waiting[] = [];
  /** Of these nothing can be said this time. */
  readonly held: Waiting[] = [];
  readonly #visited = new Set<string>();
  readonly #parts: CompareParts;

  constructor(parts: CompareParts) {
    this.#parts = parts;
  }

  visit(folder: string): FolderVisit {
    const { snapshot, isAdopting } = this.#parts;
    const left = snapshot.told(folder);
    const waiting = snapshot.waiting(folder);
    const adopted = new Map<string, string>();
    this.#visited.add(folder);
    return {
      has: (name) => left.has(name) || waiting.has(name),
      see: (name, seen) => {
        const text = left.get(name);
        left.delete(name);
        const told = text === undefined ? undefined : readVersion(text);
        if (this.#isAdopted(told, seen)) adopted.set(name, writeVersion(seen));
        else this.#compare({ folder, name, told, seen });
      },
      miss: (name) => {
        left.delete(name);
        const held = waiting.get(name);
        if (held) this.held.push(held);
      },
      end: () => {
        for (const [name, text] of left) this.#compare({ folder, name, told: readVersion(text) });
        if (adopted.size === 0) return;
        snapshot.put(folder, new Map([...snapshot.told(folder), ...adopted]), isAdopting);
      },
    };
  }

  /** Folders that were not come across are gone, but for those below one that could not be read. */
  end(unread: Unread): void {
    const { snapshot } = this.#parts;
    for (const folder of snapshot.folders()) {
      if (this.#visited.has(folder)) continue;
      if (isBelow(folder, unread)) this.held.push(...snapshot.waiting(folder).values());
      else this.visit(folder).end();
    }
  }

  /** A share that is mounted again may have other inodes: no change, but moves are known by them. */
  #isAdopted(told: Version | undefined, seen: Version): boolean {
    if (told === undefined) return this.#parts.isAdopting;
    return isSame(told, seen) && told.id !== seen.id;
  }

  #compare({ folder, name, told, seen }: Omit<Waiting, 'since'>): void {
    if (isSame(told, seen)) return;
    const { now, snapshot } = this.#parts;
    const before = snapshot.waiting(folder).get(name);
    const isAsBefore = before !== undefined && isSame(before.seen, seen);
    // Whatever a clock that was put back says.
    const since = isAsBefore ? Math.min(before.since, now) : now;
    this.differing.push({ folder, name, told, seen, since });
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
