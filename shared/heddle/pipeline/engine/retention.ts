import { isEnded, type Run } from '../../domain/run.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { WriteOptions } from '../../ports/document-store.ts';
import type { Engine } from './engine.ts';

const DAY_SECONDS = 86_400;

/** Maximum time that a window of `debounce` stays open where its trigger says nothing. */
const MAX_WINDOW_MS = 7 * DAY_SECONDS * 1000;

/**
 * Maximum retention that is needed: more than any trigger means, and below the store's own bound.
 */
const MAX_NEEDED_SECONDS = 3650 * DAY_SECONDS;

type Keeping = Pick<Trigger, 'retentionDays'>;
type Matched = Keeping & Pick<Trigger, 'debounce' | 'batch' | 'retry' | 'timeout'>;
type Kept = Pick<Engine, 'retentionDays'>;

/**
 * Retention of a run after this write of it. Time counts from each write, and a write without a
 * time to live lifts an earlier one: so every write of a run uses this. A run that has not ended
 * stays, however long it is held or in line: what was acknowledged does not vanish.
 *
 * @param trigger undefined: it no longer exists
 */
export function toRunTtl(engine: Kept, trigger: Keeping | undefined, run: Run): WriteOptions {
  return isEnded(run) ? { ttlSeconds: toDays(engine, trigger) * DAY_SECONDS } : {};
}

/** Retention of documents that belong to no trigger, such as dead letters. */
export function toDefaultTtl({ retentionDays }: Kept): WriteOptions {
  return { ttlSeconds: retentionDays * DAY_SECONDS };
}

/**
 * Retention of an event from its record on: as long as the longest of its triggers, and at least
 * until its window is closed and its attempts are made. As long as it is kept, a later duplicate is
 * known.
 *
 * @param matched empty: the event is kept as the settings say
 */
export function toEventTtl(engine: Kept, matched: readonly Matched[]): WriteOptions {
  const days = matched.map((trigger) => toDays(engine, trigger));
  const longest = days.length === 0 ? engine.retentionDays : Math.max(...days);
  const needed = Math.min(MAX_NEEDED_SECONDS, Math.max(0, ...matched.map(toNeeded)));
  return { ttlSeconds: Math.max(longest * DAY_SECONDS, needed) };
}

function toDays({ retentionDays }: Kept, trigger: Keeping | undefined): number {
  return trigger?.retentionDays ?? retentionDays;
}

/** Seconds until the last attempt has ended. The time that a run waits in line is not known. */
function toNeeded({ debounce, batch, retry, timeout }: Matched): number {
  const windowMs = debounce ? (debounce.maxWait ?? MAX_WINDOW_MS) : (batch?.wait ?? 0);
  return Math.ceil((windowMs + retry.maxAttempts * (timeout + retry.maxDelay)) / 1000);
}
