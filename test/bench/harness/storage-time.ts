/** Adds up how long calls of storage take. Right only where one call is under way at a time. */
export class StorageTime {
  #ms = 0;

  /** Milliseconds since the last call of this. */
  take(): number {
    const ms = this.#ms;
    this.#ms = 0;
    return ms;
  }

  /** The same port, timed: every method of it returns a promise. */
  wrap<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#time(() => member.apply(target, args));
      },
    });
  }

  async #time(call: () => unknown): Promise<unknown> {
    const start = performance.now();
    try {
      return await call();
    } finally {
      this.#ms += performance.now() - start;
    }
  }
}
