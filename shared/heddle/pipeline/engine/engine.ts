import type { Actors } from '../../actors/actor.ts';
import type { Pollers } from '../../actors/poller.ts';
import type { Registrations } from '../../actors/registrations.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { EventQueue } from '../../ports/event-queue.ts';
import type { HttpClient } from '../../ports/http-client.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Probes } from '../../ports/probes.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { TriggerCatalogue, TriggerSnapshot } from '../../triggers/catalogue/index.ts';
import type { TriggerLog } from '../counts/index.ts';
import type { InFlight } from './in-flight.ts';
import type { PollSlots } from './poll-slots.ts';
import type { Seats } from './seats.ts';
import type { TriggerStates } from './trigger-states.ts';
import type { TriggerVersions } from './trigger-versions.ts';

/** The parts that one delivery is handled with, from its begin to its end. */
export interface Engine {
  readonly queue: EventQueue;
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** As they were when the delivery came. */
  readonly triggers: TriggerSnapshot;
  /** A trigger as it is by now: how many slots it has is a matter of all deliveries at once. */
  readonly presentTrigger: (name: string) => Trigger | undefined;
  readonly actors: Actors;
  readonly pollers: Pollers;
  /** For pollers, as the next. */
  readonly http: HttpClient;
  readonly probes: Probes;
  /** The value of an app setting; blank where it is not set. {@link redact} knows it from then on. */
  readonly readSecret: (setting: string) => { readonly value: string };
  /** Events and hooks in code. */
  readonly runtime?: Registrations | undefined;
  /** Which triggers are paused, or in error. */
  readonly states: TriggerStates;
  /** The triggers as they were when they made their runs. */
  readonly versions: TriggerVersions;
  /** The attempts of this process. */
  readonly inFlight: InFlight;
  /** False: schedules and polls stand still. Fires and polls that were sent before are dropped. */
  readonly isScheduling?: boolean | undefined;
  /** For the polls of this process. */
  readonly pollSlots: PollSlots;
  /** For the executions of this process. Absent: any number of them is made at once. */
  readonly seats?: Seats | undefined;
  /** How long a run keeps a slot without renewing it. */
  readonly leaseMs: number;
  /** Runs that may lead to each other, one by the other. */
  readonly maxDepth: number;
  /** Called for an event that was accepted and then found to be known. */
  readonly onDuplicate?: (source: string) => void;
  /** Called for runs that begin and end. Absent: they are not counted. */
  readonly triggerLog?: TriggerLog | undefined;
  /** In [0, 1). */
  readonly random: () => number;
  /** Takes secret values out of a text that is to be kept or shown. */
  readonly redact: (text: string) => string;
  /** How long events and runs are kept whose triggers do not say. */
  readonly retentionDays: number;
  /** Absent: nothing is traced or counted. */
  readonly telemetry?: Telemetry | undefined;
  /** W3C trace context of the span that this engine works in. */
  readonly traceparent?: string | undefined;
}

/** An app's engine, as long as it is open: its triggers may change. */
export interface LiveEngine extends Omit<Engine, 'triggers' | 'presentTrigger'> {
  readonly catalogue: TriggerCatalogue;
}

/**
 * The engine for one delivery, tick or request. Its handler takes this once and works with it
 * to the end, so that a trigger that changes meanwhile is never seen half.
 */
export function withSnapshot({ catalogue, ...engine }: LiveEngine): Engine {
  const presentTrigger = (name: string) => catalogue.snapshot().get(name);
  return { ...engine, triggers: catalogue.snapshot(), presentTrigger };
}

/** Clocks of instances differ by less: a time further ahead comes from a wrong clock. */
export const MAX_CLOCK_SKEW_MS = 300_000;

export function toTimestamp(clock: Clock, delayMs = 0): string {
  return new Date(clock.now() + delayMs).toISOString();
}
