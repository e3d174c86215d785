/** A replay of all events that a query finds, at a bounded rate. */
export interface ReplayJob {
  readonly id: string;
  /** ISO 8601, UTC, as all times below. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** `failed`: the message of a turn was given up. Like one that was aborted it can be resumed. */
  readonly status: 'running' | 'aborted' | 'failed' | 'done';
  /** Why it has failed. */
  readonly reason?: string;
  readonly query: ReplayQuery;
  /** Whether events run their triggers as they were then, or as they are now. */
  readonly uses: ReplayUses;
  /** Events a second. */
  readonly rate: number;
  /** Events that the query found when it was asked for; `isMore`: it stopped counting there. */
  readonly found: number;
  readonly isMore: boolean;
  /** Of these, gone through so far. */
  readonly replayed: number;
  readonly runs: number;
  /** How many of those gone through made no run, by the code of the reason. */
  readonly omitted: Readonly<Record<string, number>>;
  /** Which of its messages is due: one of an earlier turn does nothing. */
  readonly turn: number;
  readonly dueAt: string;
  readonly continuation?: string;
}

export type ReplayUses = 'original' | 'present';

export interface ReplayQuery {
  readonly source?: string;
  /** A whole type, or its first part for all below it. */
  readonly type?: string;
  readonly trigger?: string;
  /** Of events, or of the runs of `trigger`: then these are replayed. */
  readonly status?: string;
  readonly since?: string;
  /** Before the job was made at the latest: so no replay finds what it has made itself. */
  readonly until: string;
}

export type NewReplay = Pick<ReplayJob, 'id' | 'query' | 'uses' | 'rate' | 'found' | 'isMore'>;

export function createReplayJob(fresh: NewReplay, now: string): ReplayJob {
  const none = { replayed: 0, runs: 0, omitted: {} };
  const times = { createdAt: now, updatedAt: now, dueAt: now };
  return { ...fresh, ...none, ...times, status: 'running', turn: 1 };
}

/** What has come of one page. */
export interface Gone extends Pick<ReplayJob, 'replayed' | 'runs' | 'omitted' | 'dueAt'> {
  /** Undefined: it was the last. */
  readonly continuation: string | undefined;
}

/** A turn more is done, also of a job that was aborted meanwhile: resumed, it goes on after that. */
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
 * Any but done → running. The turn is another, also where the job runs already: a message of the
 * former one may be lost, and sent again it could be dropped as a duplicate.
 */
export function resumeReplayJob(job: ReplayJob, now: string): ReplayJob {
  const { reason: _reason, ...rest } = job;
  return { ...rest, status: 'running', turn: job.turn + 1, dueAt: now, updatedAt: now };
}
