const tickMs = 100;

/**
 * Runs the task after so much time in which this process could work. A timer of that length would
 * also count the time for which the machine sleeps or the process is stopped, and would come before
 * the answers that arrived meanwhile.
 */
export function afterOwnTime(ms: number, task: () => void): void {
  let ticksLeft = Math.ceil(ms / tickMs);
  const timer = setInterval(() => {
    ticksLeft--;
    if (ticksLeft > 0) return;
    clearInterval(timer);
    task();
  }, tickMs);
}
