/** The lock of a message or a session. */
export interface RenewableLock {
  lockedUntil(): Date | undefined;
  renew(): Promise<unknown>;
  onFailure(error: unknown): void;
}

export interface LockRenewal {
  /** Restarts the maximum duration from now. */
  restart(): void;
  stop(): void;
}

/** The longest time before its end at which a lock is renewed. */
const marginMs = 10_000;
const shortestWaitMs = 50;

/**
 * Renews a lock until stopped, for at most `maxDurationMs`. A lost lock stays lost: the function
 * under it continues, and settling fails.
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
