/** Values looked at: twice what a payload of a megabyte can have. */
const MAX_STEPS = 1_000_000;
/** Characters are compared many at a time. */
const CHARS_PER_STEP = 64;

/** What the paths over one event may take together. The library that parses them has no limits. */
export class Work {
  #left = MAX_STEPS;

  /** @throws where it was too much */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new Error(`it looks at more than ${MAX_STEPS} values`);
  }

  spendText(characters: number): void {
    this.spend(1 + Math.floor(characters / CHARS_PER_STEP));
  }
}
