import type { EndedRun } from '../../domain/run.ts';
import type { TriggerStats } from '../../domain/trigger-stats.ts';
import { mergeTriggerStats } from '../../domain/trigger-stats.ts';
import { TRIGGER_STATS } from '../../ports/collections.ts';
import { type CountingTools, MergedCounts } from './merged-counts.ts';
import { TriggerTally } from './trigger-tally.ts';

const FLUSH_MS = 10_000;

/** How long counts are kept of a trigger that is gone. */
const KEPT_SECONDS = 30 * 86_400;

type Ended = Pick<EndedRun, 'trigger' | 'status' | 'attempts'>;

/** Counts what runs triggers make and how these end, by the hour. */
export class TriggerLog {
  readonly #clock: CountingTools['clock'];
  readonly #counts: MergedCounts<TriggerStats, TriggerTally>;

  constructor(tools: CountingTools) {
    this.#clock = tools.clock;
    this.#counts = new MergedCounts(tools, {
      ...{ collection: TRIGGER_STATS, merge: mergeTriggerStats, flushMs: FLUSH_MS },
      options: { ttlSeconds: KEPT_SECONDS },
      createTally: () => new TriggerTally(),
    });
  }

  /** The first attempt of a run begins. */
  noteBegun(trigger: string): void {
    this.#counts.of(trigger).addBegun(this.#clock.now());
  }

  noteAttempt(trigger: string, ms: number): void {
    const counts = this.#countsOf(trigger);
    counts.attempts++;
    counts.totalMs += ms;
    counts.maxMs = Math.max(counts.maxMs, ms);
  }

  /** A run is recorded as ended, perhaps without having begun. */
  noteEnded({ trigger, status, attempts }: Ended): void {
    const counts = this.#countsOf(trigger);
    if (attempts.length === 0) counts.runs++;
    counts[status]++;
  }

  /** Takes a skipped run back: it is to run after all. */
  noteReopened(trigger: string): void {
    const counts = this.#countsOf(trigger);
    counts.runs--;
    counts.skipped--;
  }

  #countsOf(trigger: string) {
    return this.#counts.of(trigger).at(this.#clock.now());
  }

  /** Reads what all instances have counted. Undefined: nothing of late. */
  read(trigger: string): Promise<TriggerStats | undefined> {
    return this.#counts.read(trigger);
  }

  /** By the trigger's name. */
  readAll(): Promise<ReadonlyMap<string, TriggerStats>> {
    return this.#counts.readAll();
  }

  /** Resolves when what was counted is written, as far as it can be. */
  flush(): Promise<void> {
    return this.#counts.flush();
  }
}
