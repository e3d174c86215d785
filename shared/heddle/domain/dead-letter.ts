/** A message that could not be dealt with, kept for whoever looks into it. */
export interface DeadLetter {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly deadLetteredAt: string;
  readonly reason: string;
  readonly messageId: string;
  readonly deliveryCount: number;
  /** `unreadable`: it is no message of ours; its text is kept as far as it fits. */
  readonly kind: 'event' | 'run' | 'replay' | 'unreadable';
  readonly body?: string;
  readonly eventKey?: string;
  /** The replay by query that has stopped with it, until it is resumed. */
  readonly replayId?: string;
  /** Runs that failed because of it, which a resubmission starts again. */
  readonly runIds: readonly string[];
}
