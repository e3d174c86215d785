/** Adds up the time of storage calls. Correct only while one call is in progress at a time. */
export class StorageTime {
  #ms = 0;

  /** Milliseconds since the previous call of this method. */
  take(): number {
    const ms = this.#ms;
    this.#ms = 0;
    return ms;
  }

  /** Wraps a port to time its methods, which must all return promises. */
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
