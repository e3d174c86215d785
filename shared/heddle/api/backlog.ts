import { RUNS } from '../ports/collections.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/** Runs of one trigger that have not begun. */
export interface TriggerBacklog {
  readonly waiting: number;
  /** When the one that has waited longest was made. ISO 8601, UTC. */
  readonly oldestAt?: string;
}

export interface Backlogs {
  of(trigger: string): TriggerBacklog;
  /** More runs wait than were looked at: each count is the least. */
  readonly isMore: boolean;
}

/** Runs of all triggers that are looked at, the oldest first. */
const MAX_LOOKED = 1000;

/**
 * Reads which runs wait, of all triggers at once: however many wait, the cost is that of one page.
 */
export async function readBacklogs(store: Pick<DocumentStore, 'list'>): Promise<Backlogs> {
  const where = { status: 'queued' };
  const page = await store.list(RUNS, { where, isAscending: true, limit: MAX_LOOKED });
  const found = new Map<string, TriggerBacklog>();
  for (const { trigger, createdAt, attempts } of page.items) {
    // A run that waits for its retry has begun.
    if (attempts.length > 0) continue;
    const { waiting = 0, oldestAt = createdAt } = found.get(trigger) ?? {};
    found.set(trigger, { waiting: waiting + 1, oldestAt });
  }
  return {
    of: (trigger) => found.get(trigger) ?? { waiting: 0 },
    isMore: page.continuation !== undefined,
  };
}

/** One may wait for a slot, and one more come meanwhile. */
const BEHIND_AFTER = 3;

/** Explains why the runs of a schedule take longer than its interval; undefined where they do not. */
export function findBehind({ waiting, oldestAt }: TriggerBacklog): string | undefined {
  if (waiting < BEHIND_AFTER || oldestAt === undefined) return undefined;
  return `${waiting} of its runs wait, the oldest since ${oldestAt}: they take longer than its interval`;
}
