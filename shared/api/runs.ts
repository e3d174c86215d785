import { RUNS } from '../collections.ts';
import { toTypeRoot } from '../domain/event-record.ts';
import type { Run } from '../domain/run.ts';
import { RejectedError } from '../errors.ts';
import type { Clock, DocumentStore, Page } from '../ports.ts';
import { parseQuery, RunQuerySchema, toSince, toWhere } from './query.ts';

export interface ReadSide {
  readonly store: DocumentStore;
  readonly clock: Clock;
}

/** Newest first. */
export function listRuns({ store, clock }: ReadSide, query: URLSearchParams): Promise<Page<Run>> {
  const { source, type, trigger, status, since, limit, continuation } = parseQuery(
    RunQuerySchema,
    query,
  );
  const where = toWhere({ source, trigger, status, ...toRunType(type) });
  const page = continuation === undefined ? { limit } : { limit, continuation };
  return store.list(RUNS, { where, ...toSince(since, clock.now()), ...page });
}

export async function getRun({ store }: ReadSide, id: string): Promise<Run> {
  const stored = await store.read(RUNS, id);
  if (stored) return stored.document;
  throw new RejectedError(404, 'run_not_found', `There is no run "${id}".`);
}

/** `pull_request` finds `pull_request.opened` as well; a dotted type only itself. */
export function toRunType(type: string | undefined): Record<string, string | undefined> {
  return type === undefined || toTypeRoot(type) !== type
    ? { eventType: type }
    : { eventTypeRoot: type };
}
