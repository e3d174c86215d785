export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once, `ms` milliseconds from now. @returns a function that takes it back */
  after(ms: number, callback: () => void): () => void;
}
