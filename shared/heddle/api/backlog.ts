import type { Run } from '../domain/run.ts';
import { RUNS } from '../ports/collections.ts';
import type { DocumentStore, ListQuery } from '../ports/document-store.ts';

/** Runs of one trigger that have not begun. */
export interface TriggerBacklog {
  readonly waiting: number;
  /** When the one that has waited longest was made. ISO 8601, UTC. */
  readonly oldestAt?: string;
  /** More runs wait than were looked at: `waiting` is the least. */
  readonly isMore?: true;
}

export interface Backlogs {
  of(trigger: string): TriggerBacklog;
}

/** Runs that are looked at, the oldest first. */
const MAX_LOOKED = 1000;
/** Pages that are read, each of a bounded amount of work. */
const MAX_PAGES = 4;

type Lists = Pick<DocumentStore, 'list'>;

/**
 * Reads which runs wait, of all triggers at once: however many wait, the cost is bounded. Where more
 * wait than are looked at, each count says that it is the least, and a trigger whose runs are newer
 * seems to have none.
 */
export async function readBacklogs(store: Lists): Promise<Backlogs> {
  const { runs, isMore } = await readWaiting(store, {});
  const found = Map.groupBy(runs, ({ trigger }) => trigger);
  return { of: (trigger) => toBacklog(found.get(trigger) ?? [], isMore) };
}

/** Reads which runs of one trigger wait, however many of others do. */
export async function readBacklogOf(store: Lists, trigger: string): Promise<TriggerBacklog> {
  const { runs, isMore } = await readWaiting(store, { trigger });
  return toBacklog(runs, isMore);
}

async function readWaiting(store: Lists, of: { readonly trigger?: string }) {
  const where = { ...of, status: 'queued' };
  const runs: Pick<Run, 'trigger' | 'createdAt'>[] = [];
  let looked = 0;
  let pages = 0;
  let more: Pick<ListQuery, 'continuation'> = {};
  do {
    const query = { where, isAscending: true, limit: MAX_LOOKED - looked, ...more };
    // A page ends early where its runs are large, or lie between many others.
    const page = await store.list(RUNS, query);
    // A run that waits for its retry has begun.
    for (const { trigger, createdAt, attempts } of page.items) {
      if (attempts.length === 0) runs.push({ trigger, createdAt });
    }
    looked += Math.max(page.items.length, page.looked ?? 0);
    pages++;
    if (page.continuation === undefined) return { runs, isMore: false };
    more = { continuation: page.continuation };
  } while (looked < MAX_LOOKED && pages < MAX_PAGES);
  return { runs, isMore: true };
}

function toBacklog(runs: readonly Pick<Run, 'createdAt'>[], isMore: boolean): TriggerBacklog {
  const [oldest] = runs;
  return {
    waiting: runs.length,
    ...(oldest ? { oldestAt: oldest.createdAt } : {}),
    ...(isMore ? { isMore } : {}),
  };
}

/** One may wait for a slot, and one more come meanwhile. */
const BEHIND_AFTER = 3;

/** Explains why the runs of a schedule take longer than its interval; undefined where they do not. */
export function findBehind({ waiting, oldestAt, isMore }: TriggerBacklog): string | undefined {
  if (waiting < BEHIND_AFTER || oldestAt === undefined) return undefined;
  const count = isMore ? `at least ${waiting}` : waiting;
  return `${count} of its runs wait, the oldest since ${oldestAt}: they take longer than its interval`;
}
