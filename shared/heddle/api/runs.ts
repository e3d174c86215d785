import { type EventRecord, fromEventRecord, toTypeRoot } from '../domain/event-record.ts';
import type { Run } from '../domain/run.ts';
import { toSlimRun } from '../domain/run-notes.ts';
import { RejectedError } from '../errors/errors.ts';
import { EVENTS, RUNS } from '../ports/collections.ts';
import type { Page } from '../ports/document-store.ts';
import { toEventInput } from '../triggers/inputs/index.ts';
import { listPage, type ReadSide } from './list.ts';
import { type RunQuery, toWhere } from './query.ts';

/** Newest first, without lines, stacks and input: the single run has them. */
export async function listRuns(side: ReadSide, query: RunQuery): Promise<Page<Run>> {
  const { source, type, trigger, status, since, limit, continuation } = query;
  const where = toWhere({ source, trigger, status, ...toRunType(type) });
  const { items, ...rest } = await listPage(side, RUNS, { where, since, limit, continuation });
  return { items: items.map(toSlimRun), ...rest };
}

/** @throws {RejectedError} 404 `run_not_found` */
export async function getRun({ store }: ReadSide, id: string): Promise<Run> {
  const run = (await store.read(RUNS, id))?.document;
  if (run?.inputIs === 'event') {
    return withInputOf(run, (await store.read(EVENTS, run.eventKey))?.document);
  }
  if (run) return run;
  throw new RejectedError('run_not_found', `There is no run "${id}".`);
}

/** An input that was the event itself is kept with the event alone. */
function withInputOf(run: Run, record: EventRecord | undefined): Run {
  if (!record || record.isStripped) return run;
  return { ...run, input: toEventInput({ name: run.trigger }, fromEventRecord(record)) };
}

/** Filters by type: `pull_request` also finds `pull_request.opened`, a dotted type only itself. */
export function toRunType(type: string | undefined): Record<string, string | undefined> {
  return type === undefined || toTypeRoot(type) !== type
    ? { eventType: type }
    : { eventTypeRoot: type };
}
