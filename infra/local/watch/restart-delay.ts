const longestMs = 5_000;
/** An app that has run for this long has not failed to start. */
const soundMs = 5_000;

/** How long to wait before an app that ended by itself is started again: longer each time in a row. */
export class RestartDelay {
  readonly #now: () => number;
  #next = 0;
  #readyAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.noteReady();
  }

  noteReady(): void {
    this.#readyAt = this.#now();
  }

  next(): number {
    if (this.#now() - this.#readyAt >= soundMs) this.#next = 0;
    const wait = this.#next;
    this.#next = Math.min(Math.max(1000, wait * 2), longestMs);
    return wait;
  }
}
