import { createStats, mergeStats, type SourceStats } from '../../domain/source-stats.ts';
import { SOURCES } from '../../ports/collections.ts';
import { type CountingTools, MergedCounts } from './merged-counts.ts';
import { SourceTally } from './source-tally.ts';

const FLUSH_MS = 5000;

/** A request that was taken in. */
interface Counted {
  readonly accepted: number;
  readonly duplicates: number;
  /** Names the setting of the secret that verified it. */
  readonly verification?: { readonly secret?: string | undefined };
}

/** Counts what sources take in and refuse, by code and never by content. */
export class SourceLog {
  readonly #clock: CountingTools['clock'];
  readonly #counts: MergedCounts<SourceStats, SourceTally>;

  constructor(tools: CountingTools) {
    this.#clock = tools.clock;
    this.#counts = new MergedCounts(tools, {
      ...{ collection: SOURCES, merge: mergeStats, flushMs: FLUSH_MS },
      createTally: () => new SourceTally(),
    });
  }

  noteIngested(source: string, { accepted, duplicates, verification }: Counted): void {
    const at = this.#clock.now();
    this.#counts.of(source).addIngested(at, accepted, duplicates, verification?.secret);
  }

  /** Corrects an event that was counted as accepted and then found to be a duplicate. */
  noteDuplicate(source: string): void {
    this.#counts.of(source).addIngested(this.#clock.now(), -1, 1, undefined);
  }

  noteRejected(source: string, code: string): void {
    this.#counts.of(source).addRejected(this.#clock.now(), code);
  }

  /** Reads what all instances have counted. */
  async read(source: string): Promise<SourceStats> {
    return (await this.#counts.read(source)) ?? createStats(source, '');
  }

  /** Resolves when what was counted is written, as far as it can be. */
  flush(): Promise<void> {
    return this.#counts.flush();
  }
}
