import { type EventRecord, toTypeRoot } from '../../domain/event-record.ts';
import type { ReplayJob, ReplayQuery } from '../../domain/replay-job.ts';
import { RUN_STATUSES, type Run } from '../../domain/run.ts';
import { EVENTS, RUNS } from '../../ports/collections.ts';
import type { ListQuery, Page } from '../../ports/document-store.ts';
import type { Engine } from '../engine/index.ts';

/** Result of a query: an event; or a run, for a status that only runs have. */
export type Found =
  | { readonly kind: 'event'; readonly record: EventRecord }
  | { readonly kind: 'run'; readonly run: Run };

/** Maximum number that is counted while a caller waits. */
const MAX_COUNTED = 10_000;
/** Pages that are counted while a caller waits: a page may hold little of what was looked at. */
const MAX_PAGES = 200;
const PAGE = 500;
const MAX_SAMPLE = 10;

export interface Preview extends Pick<ReplayJob, 'found' | 'isMore'> {
  readonly of: 'events' | 'runs';
  /** Ids of the oldest events, as their senders gave them, or of the oldest runs. */
  readonly sample: readonly string[];
}

/** Counts the results of a query, as far as that can be done while a caller waits. */
export async function previewReplay(
  engine: Pick<Engine, 'store'>,
  query: ReplayQuery,
): Promise<Preview> {
  const sample: string[] = [];
  let found = 0;
  let pages = 0;
  let continuation: string | undefined;
  do {
    const page = await findReplayed(engine, query, { limit: PAGE, continuation });
    found += page.items.length;
    sample.push(...page.items.slice(0, MAX_SAMPLE - sample.length).map(toShownId));
    continuation = page.continuation;
    pages += 1;
  } while (continuation !== undefined && found < MAX_COUNTED && pages < MAX_PAGES);
  const of = isOfRuns(query) ? 'runs' : 'events';
  return { of, found, isMore: continuation !== undefined, sample };
}

interface PageOf {
  readonly limit: number;
  readonly continuation: string | undefined;
}

/** Reads a page of the results of a query, oldest first. */
export async function findReplayed(
  { store }: Pick<Engine, 'store'>,
  query: ReplayQuery,
  { limit, continuation }: PageOf,
): Promise<Page<Found>> {
  const more = continuation === undefined ? {} : { continuation };
  const listed: ListQuery = { ...toListQuery(query), isAscending: true, limit, ...more };
  if (isOfRuns(query)) {
    const page = await store.list(RUNS, listed);
    return { ...page, items: page.items.map((run) => ({ kind: 'run', run })) };
  }
  const page = await store.list(EVENTS, listed);
  return { ...page, items: page.items.map((record) => ({ kind: 'event', record })) };
}

function isOfRuns({ status }: ReplayQuery): boolean {
  return RUN_STATUSES.some((one) => one === status);
}

function toListQuery(query: ReplayQuery): Pick<ListQuery, 'where' | 'since' | 'until'> {
  const { source, type, trigger, status, since, until } = query;
  const ofRuns = isOfRuns(query);
  const [whole, root] = ofRuns ? ['eventType', 'eventTypeRoot'] : ['type', 'typeRoot'];
  const where: Record<string, string> = {
    ...(source === undefined ? {} : { source }),
    ...(type === undefined ? {} : { [toTypeRoot(type) === type ? root : whole]: type }),
    ...(status === undefined ? {} : { status }),
    ...(ofRuns && trigger !== undefined ? { trigger } : {}),
  };
  return { where, until, ...(since === undefined ? {} : { since }) };
}

function toShownId(found: Found): string {
  return found.kind === 'run' ? found.run.id : found.record.eventId;
}
