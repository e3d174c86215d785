/** A message that came again, as it is handled, in case the process dies of it. */
export interface SuspectMark {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** The delivery that it is about. */
  readonly delivery: number;
  /** `begun`: it has not ended, so if there is a later delivery its process has died. */
  readonly state: 'begun' | 'thrown';
  /** Whether this delivery is the only one that its process handles. */
  readonly isAlone: boolean;
  /** Deaths of the process before this delivery, and those of them when it was alone. */
  readonly crashes: number;
  readonly loneCrashes: number;
}
