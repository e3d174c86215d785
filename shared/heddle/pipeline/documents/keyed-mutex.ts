/**
 * Serializes work on each document within this process, so that only other processes are left to
 * conflict with.
 */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const current = before.then(work, work);
    const forget = () => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    };
    const settled: Promise<void> = current.then(forget, forget);
    this.#last.set(key, settled);
    return current;
  }
}
