/** What has happened to one queue since it was there. */
export interface QueueCounts {
  /** Messages stored, scheduled ones too. */
  sends: number;
  /** Transfers and schedule requests that brought messages, each with one or a batch. */
  sendCalls: number;
  duplicates: number;
  scheduled: number;
  cancelled: number;
  /** Deliveries, each of those of one message. */
  receives: number;
  completes: number;
  abandons: number;
  renewals: number;
  lostLocks: number;
  deadLetters: number;
}

export function createCounts(): QueueCounts {
  return {
    sends: 0,
    sendCalls: 0,
    duplicates: 0,
    scheduled: 0,
    cancelled: 0,
    receives: 0,
    completes: 0,
    abandons: 0,
    renewals: 0,
    lostLocks: 0,
    deadLetters: 0,
  };
}
