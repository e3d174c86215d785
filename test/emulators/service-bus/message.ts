/** Application properties that a receiver or the broker added to the sender's. */
export type Properties = Readonly<Record<string, unknown>>;

/** A message as the sender gives it. */
export interface Draft<Content> {
  readonly id?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly content: Content;
  /** Unix milliseconds; a past time is due at once. */
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
  /** The due time while the message is scheduled. */
  scheduledFor: number | undefined;
  /** The number of failed deliveries. */
  deliveryCount: number;
  properties: Properties;
}

/** A message that a receiver has locked. */
export interface Lock<Content> {
  readonly token: string;
  readonly message: QueueMessage<Content>;
  /** Unix milliseconds; the session's expiry where there is one. */
  until: number;
}
