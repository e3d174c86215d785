/** A lock of a message or a session. */
export interface RenewableLock {
  lockedUntil(): Date | undefined;
  renew(): Promise<unknown>;
  onFailure(error: unknown): void;
}

export interface LockRenewal {
  /** Allows it the whole duration again, counted from now. */
  restart(): void;
  stop(): void;
}

/** How long before its end a lock is renewed, at most. */
const marginMs = 10_000;
const shortestWaitMs = 50;

/**
 * Keeps a lock until stopped, for `maxDurationMs` at most. A lock that is lost stays lost: whoever
 * works under it goes on, and finds out when settling.
 */
export function renewLock(lock: RenewableLock, maxDurationMs: number): LockRenewal {
  let deadline = Date.now() + maxDurationMs;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  function arm(): void {
    const remaining = (lock.lockedUntil()?.getTime() ?? 0) - Date.now();
    const wait = Math.max(remaining - Math.min(remaining / 2, marginMs), shortestWaitMs);
    if (isOver || Date.now() + wait > deadline) return;
    timer = setTimeout(() => void renew(), wait);
  }

  async function renew(): Promise<void> {
    try {
      await lock.renew();
    } catch (error) {
      if (isOver) return;
      lock.onFailure(error);
      if ((error as { retryable?: boolean } | undefined)?.retryable !== true) return;
    }
    arm();
  }

  arm();
  return {
    restart() {
      clearTimeout(timer);
      deadline = Date.now() + maxDurationMs;
      arm();
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
