/** Values visited: twice as many as a payload of a megabyte can have. */
const MAX_STEPS = 1_000_000;
/** Characters compared for the price of one value. */
const CHARS_PER_STEP = 64;

/** Bounds the total work of all paths over one event. The library that parses them does not. */
export class Work {
  #left = MAX_STEPS;

  /** @throws when the bound is exceeded */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new Error(`it looks at more than ${MAX_STEPS} values`);
  }

  spendText(characters: number): void {
    this.spend(1 + Math.floor(characters / CHARS_PER_STEP));
  }
}
