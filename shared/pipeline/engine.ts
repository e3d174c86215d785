import type { Actors } from '../actors/actor.ts';
import type { Clock, DocumentStore, EventQueue, Logger, Telemetry } from '../ports.ts';
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
  /** Absent: nothing is traced or counted. */
  readonly telemetry?: Telemetry | undefined;
  /** W3C trace context of the span that this engine works in. */
  readonly traceparent?: string | undefined;
}

export function toTimestamp(clock: Clock, delayMs = 0): string {
  return new Date(clock.now() + delayMs).toISOString();
}
