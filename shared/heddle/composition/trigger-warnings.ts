import type { Warning } from '../api/health.ts';
import type { Logger } from '../ports/logger.ts';

interface Warned {
  /** Those that were found at the start. */
  readonly known: readonly string[];
  /** Finds the others, which takes a while. */
  find(): Promise<readonly Warning[]>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What is probably not meant in the triggers: it is looked for once, after the app has opened. */
export class TriggerWarnings {
  readonly #warned: Warned;
  #found: Promise<readonly Warning[]> | undefined;

  constructor(warned: Warned) {
    this.#warned = warned;
  }

  /** Looks for them once the start is over, and logs each. @returns a function that calls it off */
  begin(): () => void {
    const soon = setImmediate(() => void this.find());
    return () => clearImmediate(soon);
  }

  /** Never rejects: nothing depends on it. */
  find(): Promise<readonly Warning[]> {
    this.#found ??= this.#find();
    return this.#found;
  }

  async #find(): Promise<readonly Warning[]> {
    const { known, find, logger } = this.#warned;
    const before = known.map((text) => ({ text }));
    try {
      const found = await find();
      for (const { text } of found) logger.warn(text);
      return [...before, ...found];
    } catch (error) {
      logger.warn(`The triggers cannot be looked through for slips: ${String(error)}`);
      return before;
    }
  }
}
