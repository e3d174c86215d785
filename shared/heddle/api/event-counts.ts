import type { Run } from '../domain/run.ts';
import { RUNS } from '../ports/collections.ts';
import type { ReadSide } from './list.ts';

/** Bounds the work of one request. */
const MAX_RUNS = 10_000;
const PAGE = 1000;

/** Events by what has come of them, the worst of their runs first: one failed run is a failed event. */
const OUTCOMES = ['failed', 'running', 'succeeded', 'cancelled', 'skipped'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Events that ran a trigger. `running`: not all of their runs have ended. */
export interface EventCounts extends Readonly<Record<Outcome, number>> {
  readonly total: number;
  /** There were more runs than are looked at: counts are those of the newest, in proportion. */
  readonly isEstimated: boolean;
}

/**
 * Counts the events whose runs were made since a time. Each counts once, however many triggers it ran
 * and however many events a run gathered.
 * @param runs number of runs in this time, as far as it is counted
 */
export async function countEvents(
  { store }: Pick<ReadSide, 'store'>,
  since: string,
  runs: number,
): Promise<EventCounts> {
  const byEvent = new Map<string, number>();
  let seen = 0;
  let continuation: string | undefined;
  do {
    const more = continuation === undefined ? {} : { continuation };
    const page = await store.list(RUNS, { since, limit: PAGE, ...more });
    for (const run of page.items) note(byEvent, run);
    seen += page.items.length;
    continuation = page.continuation;
  } while (continuation !== undefined && seen < MAX_RUNS);
  const isEstimated = continuation !== undefined;
  return { ...sum(byEvent, isEstimated ? Math.max(1, runs / seen) : 1), isEstimated };
}

function note(byEvent: Map<string, number>, run: Run): void {
  const rank = OUTCOMES.indexOf(toOutcome(run));
  for (const key of new Set([run.eventKey, ...(run.gathered?.members ?? [])])) {
    byEvent.set(key, Math.min(rank, byEvent.get(key) ?? OUTCOMES.length));
  }
}

function toOutcome({ status }: Run): Outcome {
  return OUTCOMES.find((outcome) => outcome === status) ?? 'running';
}

function sum(byEvent: ReadonlyMap<string, number>, factor: number) {
  const ranks = [...byEvent.values()];
  const count = (outcome: Outcome) => {
    const rank = OUTCOMES.indexOf(outcome);
    return Math.round(ranks.filter((one) => one === rank).length * factor);
  };
  return {
    ...{ failed: count('failed'), running: count('running'), succeeded: count('succeeded') },
    ...{ cancelled: count('cancelled'), skipped: count('skipped') },
    total: Math.round(byEvent.size * factor),
  };
}
