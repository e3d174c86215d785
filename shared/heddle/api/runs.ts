import { toTypeRoot } from '../domain/event-record.ts';
import type { Run } from '../domain/run.ts';
import { RejectedError } from '../errors/errors.ts';
import { RUNS } from '../ports/collections.ts';
import type { Page } from '../ports/document-store.ts';
import { listPage, type ReadSide } from './list.ts';
import { type RunQuery, toWhere } from './query.ts';

/** Newest first. */
export async function listRuns(side: ReadSide, query: RunQuery): Promise<Page<Run>> {
  const { source, type, trigger, status, since, limit, continuation } = query;
  const where = toWhere({ source, trigger, status, ...toRunType(type) });
  return listPage(side, RUNS, { where, since, limit, continuation });
}

export async function getRun({ store }: ReadSide, id: string): Promise<Run> {
  const stored = await store.read(RUNS, id);
  if (stored) return stored.document;
  throw new RejectedError('run_not_found', `There is no run "${id}".`);
}

/** Filters by type: `pull_request` also finds `pull_request.opened`, a dotted type only itself. */
export function toRunType(type: string | undefined): Record<string, string | undefined> {
  return type === undefined || toTypeRoot(type) !== type
    ? { eventType: type }
    : { eventTypeRoot: type };
}
