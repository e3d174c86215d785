/** Application properties that a receiver or the broker added to those of the sender. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a sender hands in. */
export interface Draft<Content> {
  readonly id?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly content: Content;
  /** Unix milliseconds; in the past it is due at once. */
  readonly scheduledFor?: number | undefined;
  readonly ttlMs?: number | undefined;
}

export interface QueueMessage<Content> {
  sequence: number;
  readonly sessionId: string | undefined;
  readonly content: Content;
  readonly ttlMs: number | undefined;
  /** Unix milliseconds. */
  enqueuedAt: number;
  /** While it is scheduled. */
  scheduledFor: number | undefined;
  /** Deliveries that came to nothing. */
  deliveryCount: number;
  properties: Properties;
}

/** A message in a receiver's hands. */
export interface Lock<Content> {
  readonly token: string;
  readonly message: QueueMessage<Content>;
  /** Unix milliseconds; that of the session where there is one. */
  until: number;
}
