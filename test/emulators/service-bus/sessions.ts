/** A session that a receiver has locked. */
export interface SessionLock {
  readonly sessionId: string;
  /** Unix milliseconds. */
  until: number;
}

/** The holders of sessions, and the state of sessions apart from their messages. */
export class Sessions {
  readonly #lockMs: number;
  readonly #locks = new Map<string, SessionLock>();
  readonly #states = new Map<string, Buffer>();

  constructor(lockMs: number) {
    this.#lockMs = lockMs;
  }

  isFree(sessionId: string): boolean {
    return !this.#locks.has(sessionId);
  }

  isHeld(lock: SessionLock): boolean {
    return this.#locks.get(lock.sessionId) === lock;
  }

  held(sessionId: string): SessionLock | undefined {
    return this.#locks.get(sessionId);
  }

  lock(sessionId: string, now: number): SessionLock {
    const lock = { sessionId, until: now + this.#lockMs };
    this.#locks.set(sessionId, lock);
    return lock;
  }

  renew(lock: SessionLock, now: number): void {
    lock.until = now + this.#lockMs;
  }

  release(lock: SessionLock): void {
    if (this.isHeld(lock)) this.#locks.delete(lock.sessionId);
  }

  expired(now: number): SessionLock[] {
    return [...this.#locks.values()].filter((lock) => lock.until <= now);
  }

  get all(): SessionLock[] {
    return [...this.#locks.values()];
  }

  nextExpiry(): number | undefined {
    const times = [...this.#locks.values()].map((lock) => lock.until);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  state(sessionId: string): Buffer | undefined {
    return this.#states.get(sessionId);
  }

  keepState(sessionId: string, state: Buffer | undefined): void {
    if (state === undefined) this.#states.delete(sessionId);
    else this.#states.set(sessionId, state);
  }
}
