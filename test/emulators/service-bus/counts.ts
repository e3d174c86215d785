/** Counts of one queue since its creation. */
export interface QueueCounts {
  /** Messages stored, including scheduled ones. */
  sends: number;
  /** Transfers and schedule requests that carried messages, each with one message or a batch. */
  sendCalls: number;
  duplicates: number;
  scheduled: number;
  cancelled: number;
  /** Deliveries, each of one message. */
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
