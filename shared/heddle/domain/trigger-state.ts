/** Present state of a trigger. A trigger without a document is active. */
export interface TriggerState {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** Time at which it took this status. */
  readonly since: string;
  /**
   * `paused`: runs that it matches are held or dropped, or only the last is kept, as its
   * `whilePaused` says. `error`: its matching has failed too often, and it is not matched until it
   * is resumed.
   */
  readonly status: 'active' | 'paused' | 'error';
  /** Why it is not active. */
  readonly message?: string;
  /** `breaker`: it was paused because its runs led to each other without end. */
  readonly by?: 'operator' | 'breaker';
  /** Its fault when it was paused by hand: an error, or the loop that the breaker detected. */
  readonly fault?: string;
  /** Held runs are being released. While this is set, the release has to be continued. */
  readonly isReleasing?: true;
  /** With `whilePaused: keepLast`: the run that is held now. */
  readonly lastHeld?: string;
}
