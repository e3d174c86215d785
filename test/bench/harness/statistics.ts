/** The median and range of several runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export function toSpread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const { length } = sorted;
  return {
    median: ((sorted[(length - 1) >> 1] ?? 0) + (sorted[length >> 1] ?? 0)) / 2,
    min: sorted[0] ?? 0,
    max: sorted[length - 1] ?? 0,
    runs: length,
  };
}

/** @param share 0.5 for the median, 0.99 for the 99th percentile */
export function toPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/**
 * Divides pair by pair. Each pair was measured in succession, so that the machine's noise met both.
 */
export function toRatio(values: readonly number[], baselines: readonly number[]): Spread {
  return toSpread(values.map((value, index) => value / (baselines[index] ?? Number.NaN)));
}
