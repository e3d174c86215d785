import type { Spread } from './statistics.ts';

/** What one row of the table found. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly value: Spread;
  /** What `value` was measured against in the same run. */
  readonly baseline?: Spread;
  /** `value` divided by `baseline`, pair by pair. */
  readonly ratio?: Spread;
  /** Judges the ratio where there is one, else the value. */
  readonly bound?: Bound;
  readonly note?: string;
}

export type Bound = { readonly atMost: number } | { readonly atLeast: number };

export interface Settings {
  /** How long each single measurement of load takes. */
  readonly seconds: number;
  /** Folder of the run, on the repository's own disk; removed at the end. */
  readonly workDir: string;
  /** The deployable bundle, built for this run. */
  readonly bundleDir: string;
  /** Tells the one who waits what is being measured. */
  readonly say: (text: string) => void;
}

export interface Row {
  readonly name: string;
  readonly about: string;
  /** Rejects when anything failed: a slow answer is a result, a wrong one is none. */
  run(settings: Settings): Promise<readonly Result[]>;
}

/** Undefined where there is no bound. */
export function isMet({ value, ratio, bound }: Result): boolean | undefined {
  if (bound === undefined) return undefined;
  const { median } = ratio ?? value;
  return 'atMost' in bound ? median <= bound.atMost : median >= bound.atLeast;
}
