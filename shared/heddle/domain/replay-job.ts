/** A replay of all events that a query finds, at a bounded rate. */
export interface ReplayJob {
  readonly id: string;
  /** ISO 8601, UTC, like all times below. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** `failed`: a message of the job was given up. Like an aborted job, it can be resumed. */
  readonly status: 'running' | 'aborted' | 'failed' | 'done';
  /** Why the job failed. */
  readonly reason?: string;
  readonly query: ReplayQuery;
  /** Whether events run their triggers as they were at that time, or as they are now. */
  readonly uses: ReplayUses;
  /** Events per second. */
  readonly rate: number;
  /** Events that the query found when the job was created; `isMore`: counting stopped there. */
  readonly found: number;
  readonly isMore: boolean;
  /** How many of these events have been processed so far. */
  readonly replayed: number;
  readonly runs: number;
  /** Processed events that made no run, counted by the code of the reason. */
  readonly omitted: Readonly<Record<string, number>>;
  /** The job's current message; messages of earlier turns do nothing. */
  readonly turn: number;
  readonly dueAt: string;
  readonly continuation?: string;
}

export type ReplayUses = 'original' | 'present';

export interface ReplayQuery {
  readonly source?: string;
  /** A whole type, or its first part for all types below it. */
  readonly type?: string;
  readonly trigger?: string;
  /** Status of events, or of the runs of `trigger`: then those runs are replayed. */
  readonly status?: string;
  readonly since?: string;
  /** The job's creation at the latest, so that a replay never finds its own events. */
  readonly until: string;
}

export type NewReplay = Pick<ReplayJob, 'id' | 'query' | 'uses' | 'rate' | 'found' | 'isMore'>;

export function createReplayJob(fresh: NewReplay, now: string): ReplayJob {
  const none = { replayed: 0, runs: 0, omitted: {} };
  const times = { createdAt: now, updatedAt: now, dueAt: now };
  return { ...fresh, ...none, ...times, status: 'running', turn: 1 };
}

/** Result of one page. */
export interface Gone extends Pick<ReplayJob, 'replayed' | 'runs' | 'omitted' | 'dueAt'> {
  /** Undefined: it was the last page. */
  readonly continuation: string | undefined;
}

/** Completes a turn, even of a job that was aborted meanwhile: it resumes after this turn. */
export function passTurn(job: ReplayJob, gone: Gone, now: string): ReplayJob {
  const { continuation: _last, ...rest } = job;
  const omitted: Record<string, number> = { ...job.omitted };
  for (const [code, count] of Object.entries(gone.omitted)) {
    omitted[code] = (omitted[code] ?? 0) + count;
  }
  const passed = {
    ...{ ...rest, omitted, updatedAt: now, dueAt: gone.dueAt, turn: job.turn + 1 },
    ...{ replayed: job.replayed + gone.replayed, runs: job.runs + gone.runs },
  };
  if (gone.continuation === undefined) return { ...passed, status: 'done' };
  return { ...passed, continuation: gone.continuation };
}

/** running → aborted, or → failed with a reason. */
export function stopReplay(job: ReplayJob, now: string, reason?: string): ReplayJob {
  if (reason === undefined) return { ...job, status: 'aborted', updatedAt: now };
  return { ...job, status: 'failed', reason, updatedAt: now };
}

/**
 * Any status but done → running. The turn is always a new one, even if the job is running: a
 * message of the previous turn may be lost, and sent again it could be dropped as a duplicate.
 */
export function resumeReplayJob(job: ReplayJob, now: string): ReplayJob {
  const { reason: _reason, ...rest } = job;
  return { ...rest, status: 'running', turn: job.turn + 1, dueAt: now, updatedAt: now };
}
