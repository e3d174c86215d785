import { listDeadLetters } from '../api/dead-letters.ts';
import { type EventDetail, type EventSummary, getEvent, listEvents } from '../api/events.ts';
import { getRun, listRuns } from '../api/runs.ts';
import type { DeadLetter } from '../domain/dead-letter.ts';
import type { Run } from '../domain/run.ts';
import { resubmit } from '../pipeline/commands/index.ts';
import { type LiveEngine, withSnapshot } from '../pipeline/engine/index.ts';
import type { Page } from '../ports/document-store.ts';

/** Reads what was recorded, newest first. */
export interface RecordService {
  listEvents(query: URLSearchParams): Promise<Page<EventSummary>>;
  /** @param id the sender's id */
  getEvent(id: string, source?: string): Promise<EventDetail>;
  listRuns(query: URLSearchParams): Promise<Page<Run>>;
  getRun(id: string): Promise<Run>;
  listDeadLetters(query: URLSearchParams): Promise<Page<DeadLetter>>;
  /** Restarts the runs that the dead letter made fail. */
  resubmit(deadLetterId: string): Promise<{ readonly runs: readonly string[] }>;
}

export function createRecordService(engine: LiveEngine): RecordService {
  return {
    listEvents: (query) => listEvents(engine, query),
    getEvent: (id, source) => getEvent(engine, id, source),
    listRuns: (query) => listRuns(engine, query),
    getRun: (id) => getRun(engine, id),
    listDeadLetters: (query) => listDeadLetters(engine, query),
    resubmit: (id) => resubmit(withSnapshot(engine), id),
  };
}
