/** Undoes what was set up, last first, also when the process is interrupted. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** A step that fails does not keep the others from running. */
  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        console.error('Something could not be cleaned up:', error);
      }
    }
  }
}
