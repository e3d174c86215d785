/** A replay of all events that a query finds, at a bounded rate. */
export interface ReplayJob {
  readonly id: string;
  /** ISO 8601, UTC, as all times below. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly status: 'running' | 'aborted' | 'done';
  readonly query: ReplayQuery;
  /** Whether events run their triggers as they were then, or as they are now. */
  readonly uses: 'original' | 'present';
  /** Events a second. */
  readonly rate: number;
  /** Events that the query found when it was asked for; `isMore`: it stopped counting there. */
  readonly found: number;
  readonly isMore: boolean;
  readonly replayed: number;
  readonly runs: number;
  /** Which of its messages is due: one of an earlier turn does nothing. */
  readonly turn: number;
  readonly continuation?: string;
}

export interface ReplayQuery {
  readonly source?: string;
  readonly type?: string;
  readonly trigger?: string;
  readonly status?: string;
  readonly since?: string;
  readonly until?: string;
}
