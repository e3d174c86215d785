/** State of a limit. Each document expires by itself when it no longer matters. */
export type LimitState = SlotState | CooldownState | DedupeState | WindowState;

interface Base {
  readonly id: string;
  /** ISO 8601, UTC, like all times below. */
  readonly updatedAt: string;
  readonly trigger: string;
}

/**
 * A slot that is held. Its run renews `until`; after that time the slot is free. A place of a
 * throttle is neither renewed nor released: `until` is a period after the run began.
 */
export interface Holder {
  readonly runId: string;
  /** The attempt that holds it. An attempt that has ended cannot release a later one's slot. */
  readonly attempt: number;
  readonly until: string;
  /** The run was asked to end, to make room. */
  readonly isCancelled?: true;
  /** The run was handed the slot while it waited in line, and has not acquired it itself yet. */
  readonly isHanded?: true;
  /** The run waits for another slot meanwhile, as it says itself: the lease does not count. */
  readonly isKept?: true;
  /** As in {@link Waiter}, for a run that was handed the slot. */
  readonly isOrdered?: true;
}

/** The slots of a trigger, of one of its concurrency keys, or of one input. */
export interface SlotState extends Base {
  readonly kind: 'slots';
  readonly holders: readonly Holder[];
  /**
   * False: no run waits in line for one. Absent: unknown, since the version before did not write it
   * and drops it; a line is looked for then.
   */
  readonly hasLine?: boolean;
}

/** The last run that began. */
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

/** The run that currently gathers events. */
export interface WindowState extends Base {
  readonly kind: 'window';
  readonly runId: string;
}

/** A run that waits in line for a slot. */
export interface Waiter {
  /** The run's id. */
  readonly id: string;
  readonly slot: string;
  /** The attempt that waits. */
  readonly attempt: number;
  /**
   * Sort key: the run's creation time, moved back ten years for each step of priority, so that text
   * order is the order of turns.
   */
  readonly turn: string;
  /**
   * The run is delivered in order, and its delivery checks for a slot itself: a message of its own
   * could run it at the same time as the next run.
   */
  readonly isOrdered?: true;
}
