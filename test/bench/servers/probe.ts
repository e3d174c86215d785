/**
 * Preloaded into every server of the bench: reports its resource usage, and ends it with the bench.
 */
export interface Usage {
  /** CPU time so far, on all threads. */
  readonly cpuMs: number;
  readonly residentMb: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  const usage: Usage = { cpuMs: (user + system) / 1000, residentMb: rss / 1024 ** 2 };
  process.send?.(usage);
});
process.on('disconnect', () => process.exit(1));
