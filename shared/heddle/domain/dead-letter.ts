/** A message that could not be processed, kept for inspection. */
export interface DeadLetter {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly deadLetteredAt: string;
  readonly reason: string;
  readonly messageId: string;
  readonly deliveryCount: number;
  /** `unreadable`: not one of Heddle's messages; its text is kept as far as it fits. */
  readonly kind: 'event' | 'run' | 'replay' | 'unreadable';
  readonly body?: string;
  readonly eventKey?: string;
  /** The replay by query that this message stopped, until it is resumed. */
  readonly replayId?: string;
  /** Runs that failed because of it. A resubmission starts them again. */
  readonly runIds: readonly string[];
}
