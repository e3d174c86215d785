/** Real work that takes longer than this is not waited for any more. */
const MAX_MS = 10_000;

/** Kinds that end by themselves: those that are there already are waited for too. */
const PASSING = ['Timeout', 'Immediate'];

/**
 * Tells whether an actor or a poller has something real to wait for: a file, a socket, a timer of
 * its own. Without it, and without a call of the engine, only the test's clock can wake it.
 */
export class PendingWork {
  /** The least seen of each kind: what was there before, such as a server of the test, stays. */
  readonly #lasting = count();
  #since = performance.now();

  restart(): void {
    this.#since = performance.now();
    this.#note(count());
  }

  isAny(): boolean {
    const found = count();
    this.#note(found);
    if (performance.now() - this.#since > MAX_MS) return false;
    return [...found].some(([kind, now]) => PASSING.includes(kind) || now > this.#of(kind));
  }

  #note(found: ReadonlyMap<string, number>): void {
    for (const [kind, least] of this.#lasting) {
      this.#lasting.set(kind, Math.min(least, found.get(kind) ?? 0));
    }
  }

  #of(kind: string): number {
    return this.#lasting.get(kind) ?? 0;
  }
}

/** Counts by kind what keeps the process alive. */
function count(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
