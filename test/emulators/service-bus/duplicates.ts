/** The ids of the last window. A duplicate does not prolong the window of the first. */
export class Duplicates {
  readonly #windowMs: number;
  /** Oldest first, as a Map keeps the order of insertion. */
  readonly #seenAt = new Map<string, number>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Records the id; true when it was there already. */
  note(id: string, now: number): boolean {
    if (this.#windowMs === 0) return false;
    this.#forget(now);
    if (this.#seenAt.has(id)) return true;
    this.#seenAt.set(id, now);
    return false;
  }

  #forget(now: number): void {
    for (const [id, seenAt] of this.#seenAt) {
      if (now - seenAt < this.#windowMs) return;
      this.#seenAt.delete(id);
    }
  }
}
