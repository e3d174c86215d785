import type { Ledger } from '../domain/ledger.ts';
import { LEDGERS } from '../ports/collections.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** The planner looks 90 seconds ahead: it is asked this long before a fire is due. */
const PLAN_BEFORE_MS = 30_000;
/** The planner looks for the trace of a fire, an event that is kept for a day at least. */
const SEARCH_AFTER_MS = 6 * 3_600_000;
const SEARCH_EVERY_MS = 3_600_000;
const MAX_LEDGERS = 1000;

/**
 * The next time at which the planner has something to do, by what it has written; undefined: never.
 * The host's timer asks it every minute; a test that advances a year cannot.
 */
export async function findNextTick(store: DocumentStore, now: number): Promise<number | undefined> {
  const { items } = await store.list(LEDGERS, { limit: MAX_LEDGERS });
  const times = items.flatMap((ledger) => toTimes(ledger, now));
  return times.length === 0 ? undefined : Math.max(now + 1, Math.min(...times));
}

function toTimes({ next, lastPlanned, seenUntil, error }: Ledger, now: number): readonly number[] {
  if (error !== undefined) return [];
  const planned = next === undefined ? [] : [Date.parse(next) - PLAN_BEFORE_MS];
  if (lastPlanned === undefined || seenUntil >= lastPlanned) return planned;
  const searchAt = Date.parse(lastPlanned) + SEARCH_AFTER_MS;
  return [...planned, searchAt > now ? searchAt : now + SEARCH_EVERY_MS];
}
