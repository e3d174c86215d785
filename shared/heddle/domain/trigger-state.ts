/** What a trigger is at present. One without a document is active. */
export interface TriggerState {
  /** The trigger's name. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  /** When it took its status. */
  readonly since: string;
  /**
   * `paused`: what it matches is held, dropped, or the last of it kept, as it says itself. `error`:
   * its matching has failed too often, and it is asked no more until it is resumed.
   */
  readonly status: 'active' | 'paused' | 'error';
  /** Why it is not active. */
  readonly message?: string;
  /** Who has paused it; `breaker`: its runs have led to each other without end. */
  readonly by?: 'operator' | 'breaker';
  /** What was wrong with it when it was paused by hand: its error, or the loop that the breaker saw. */
  readonly fault?: string;
  /** Runs that were held are being let go: until this is gone somebody has to go on with it. */
  readonly isReleasing?: true;
  /** With `whilePaused: keepLast`: the run that is held at present. */
  readonly lastHeld?: string;
}
