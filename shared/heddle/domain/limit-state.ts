/** What a limit remembers. Each expires by itself when it says nothing any more. */
export type LimitState = SlotState | CooldownState | DedupeState | WindowState;

interface Base {
  readonly id: string;
  /** ISO 8601, UTC, as all times below. */
  readonly updatedAt: string;
  readonly trigger: string;
}

/** A place that is taken. Whoever has it renews `until`; after that it is free. */
export interface Holder {
  readonly runId: string;
  /** The attempt that it is for: one that has ended gives nothing back that the next has taken. */
  readonly attempt: number;
  readonly until: string;
  /** Its run is asked to end, to make room. */
  readonly isCancelled?: true;
}

/** The places of a trigger, of one of its keys, or of one input. */
export interface SlotState extends Base {
  readonly kind: 'slots';
  readonly holders: readonly Holder[];
}

/** The last run that has begun. */
export interface CooldownState extends Base {
  readonly kind: 'cooldown';
  readonly runId: string;
  readonly until: string;
}

/** The first run of a key within a window. */
export interface DedupeState extends Base {
  readonly kind: 'dedupe';
  readonly runId: string;
  readonly until: string;
}

/** The run that takes events in at present. */
export interface WindowState extends Base {
  readonly kind: 'window';
  readonly runId: string;
}

/** A run that waits for a place. */
export interface Waiter {
  /** The run's. */
  readonly id: string;
  readonly slot: string;
  /** The attempt that waits. */
  readonly attempt: number;
  /**
   * By which it is ordered: when it came, put back by ten years for each step of priority, so that
   * text order is the order of their turns.
   */
  readonly turn: string;
  /** The delivery that has it in order looks itself: another message would run it beside the next. */
  readonly isOrdered?: true;
}
