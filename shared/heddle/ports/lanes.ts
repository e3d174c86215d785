/**
 * Says from which lanes a queue that has lanes delivers. A lane has the messages of one trigger's
 * runs that found no seat; a seat is one of the executions that a process makes at once.
 */
export interface Lanes {
  /** How many messages of each lane may be delivered now: each gets a seat. */
  deal(lanes: readonly string[], max: number): ReadonlyMap<string, number>;
  /** Keeps a seat for a message that is delivered. */
  keepSeat(lane: string, sequence: number): void;
  /** Gives back the seat of a message that has ended and did not use it. */
  dropSeat(sequence: number): void;
  /** Whether a message of this lane may be delivered now. */
  isOpen(lane: string): boolean;
  /** Tells which lanes have messages that are due and were not delivered. */
  noteDue(lanes: readonly string[]): void;
  /** @param onOpen called when a lane that has messages may deliver one */
  listen(onOpen: () => void): void;
}
