import type { Version } from './disk.ts';
import type { Snapshot, Waiting } from './snapshot.ts';
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
    const { snapshot } = this.#parts;
    const told = snapshot.told(folder);
    const waiting = snapshot.waiting(folder);
    return {
      has: (name) => told.has(name) || waiting.has(name),
      end: (seen, unread) => {
        this.#visited.add(folder);
        if (this.#adopt(told, seen)) snapshot.put(folder, told, this.#parts.isAdopting);
        for (const name of unread) {
          const held = waiting.get(name);
          if (held) this.held.push(held);
        }
        for (const [name, version] of seen) {
          this.#compare({ folder, name, told: told.get(name), seen: version });
        }
        for (const [name, version] of told) {
          if (seen.has(name) || unread.has(name)) continue;
          this.#compare({ folder, name, told: version, seen: undefined });
        }
      },
    };
  }

  /** Folders that were not come across are gone, but for those below one that could not be read. */
  end(unread: Unread): void {
    const { snapshot } = this.#parts;
    for (const folder of snapshot.folders()) {
      if (this.#visited.has(folder)) continue;
      if (isBelow(folder, unread)) this.held.push(...snapshot.waiting(folder).values());
      else this.visit(folder).end(new Map(), new Set());
    }
  }

  /** A share that is mounted again may have other inodes: no change, but moves are known by them. */
  #adopt(told: Map<string, Version>, seen: ReadonlyMap<string, Version>): boolean {
    let isChanged = false;
    for (const [name, version] of seen) {
      const before = told.get(name);
      const isOther = before ? isSame(before, version) : this.#parts.isAdopting;
      if (!isOther || before?.id === version.id) continue;
      told.set(name, version);
      isChanged = true;
    }
    return isChanged;
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
