import type { Spread } from './statistics.ts';

/** The result of one row of the table. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly value: Spread;
  /** The measurement in the same run that `value` is compared with. */
  readonly baseline?: Spread;
  /** `value` divided by `baseline`, pair by pair. */
  readonly ratio?: Spread;
  /** Applies to the ratio where there is one, else to the value. */
  readonly bound?: Bound;
  readonly note?: string;
}

export type Bound = { readonly atMost: number } | { readonly atLeast: number };

export interface Settings {
  /** The duration of each single measurement of load. */
  readonly seconds: number;
  /** The folder of this run, on the repository's own disk; removed at the end. */
  readonly workDir: string;
  /** The deployable bundle, built for this run. */
  readonly bundleDir: string;
  /** Prints what is being measured. */
  readonly say: (text: string) => void;
}

export interface Row {
  readonly name: string;
  readonly about: string;
  /** Rejects when anything failed: a slow response is a result, a wrong one is not. */
  run(settings: Settings): Promise<readonly Result[]>;
}

/** Undefined where there is no bound. */
export function isMet({ value, ratio, bound }: Result): boolean | undefined {
  if (bound === undefined) return undefined;
  const { median } = ratio ?? value;
  return 'atMost' in bound ? median <= bound.atMost : median >= bound.atLeast;
}
