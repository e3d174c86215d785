import { setTimeout as wait } from 'node:timers/promises';

const PAUSE_MS = 1000;

/**
 * Repeats until there is a result, with a pause between two tries.
 * @returns undefined when the time is over
 */
export async function until<T>(
  timeoutMs: number,
  attempt: (signal: AbortSignal) => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const left = end - Date.now();
    const result = await attempt(AbortSignal.timeout(Math.max(left, 1)));
    if (result !== undefined || end - Date.now() <= 0) return result;
    await wait(Math.min(PAUSE_MS, Math.max(end - Date.now(), 0)));
  }
}
