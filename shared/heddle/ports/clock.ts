export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. @returns a function that cancels it */
  after(ms: number, callback: () => void): () => void;
}
