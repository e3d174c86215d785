import type { Actors } from '../actors/actor.ts';
import type { Clock, DocumentStore, EventQueue, Logger, Settlement } from '../ports.ts';
import type { TriggerRegistry } from '../triggers/registry.ts';

/** What the pipeline works with. */
export interface Engine {
  readonly queue: EventQueue;
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly triggers: TriggerRegistry;
  readonly actors: Actors;
  /** Told of an event that was taken in, and then found to be known. */
  readonly onDuplicate?: (source: string) => void;
  /** In [0, 1). */
  readonly random: () => number;
  /** Takes secret values out of a text that is to be kept or shown. */
  readonly redact: (text: string) => string;
}

export const COMPLETE: Settlement = { action: 'complete' };

export function toTimestamp(clock: Clock, delayMs = 0): string {
  return new Date(clock.now() + delayMs).toISOString();
}
