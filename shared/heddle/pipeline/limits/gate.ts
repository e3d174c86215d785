import type { Held } from '../../domain/limits.ts';
import type { RunOf } from '../../domain/run.ts';
import { type NewRun, withEmptyKey } from '../../domain/run-transitions.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { Delivery } from '../../ports/event-queue.ts';
import type { Limited, Slot } from '../concurrency/index.ts';
import type { Engine } from '../engine/index.ts';

export type Queued = Stored<RunOf<'queued'>>;
export type Running = Stored<RunOf<'running'>>;

/** Everything that is needed to begin a queued run, and the delivery that begins it. */
export interface Advancing extends Limited {
  readonly delivery: Delivery;
}

/** A run that comes to the gates. One that is not recorded yet has made no attempt. */
export type Candidate = NewRun & Partial<Pick<RunOf<'queued'>, 'attempts' | 'held'>>;

/** A queued run on its way through the gates, with what it has got there. */
export interface Passing extends Advancing {
  readonly stored: Queued;
  /** Slots that it has acquired. They are released if a later gate stops it. */
  readonly slots: readonly Slot[];
  /** The slot that was taken: the run waits in line for it. */
  readonly missing?: Missing | undefined;
}

export interface Missing {
  readonly slot: Slot;
  readonly held: Held;
  /** Slots that the run holds while it waits for this one. */
  readonly kept?: readonly Slot[];
}

export type Outcome =
  /** The run goes on to the next gate, with what it has got at this one. */
  | ({ readonly outcome: 'passed' } & Partial<Pick<Passing, 'stored' | 'slots' | 'missing'>>)
  /** The run never begins. The walk records it as skipped, and why. */
  | { readonly outcome: 'skipped'; readonly held: Held }
  /** The gate has recorded the run's state, and a message or another run continues it. */
  | { readonly outcome: 'settled' }
  /** The run may have changed meanwhile: it is read again and starts at the first gate. */
  | { readonly outcome: 'changed' };

export const PASSED: Outcome = { outcome: 'passed' };
export const SETTLED: Outcome = { outcome: 'settled' };

export function toOutcome(held: Held | undefined): Outcome {
  return held ? { outcome: 'skipped', held } : PASSED;
}

/** Notes keys that are empty for the event with the run; they are stored with its next write. */
export function withEmptyKeys(
  { document, etag }: Queued,
  places: readonly string[],
): { readonly stored: Queued } {
  return { stored: { document: places.reduce(withEmptyKey, document), etag } };
}

/** Lets a run pass whose key is empty: the limit groups events by it, and this one stands alone. */
export function standAlone({ stored }: Passing, place: string): Outcome {
  return { outcome: 'passed', ...withEmptyKeys(stored, [place]) };
}

/** A limit that a run meets before an attempt. */
export interface Gate {
  readonly name: string;
  /** False: the gate cannot stop this run, and `check` is not called. It has no side effects. */
  appliesTo(engine: Engine, subject: Subject): boolean;
  check(engine: Engine, passing: Passing): Promise<Outcome>;
}

export interface Subject {
  readonly run: Candidate;
  readonly trigger: Trigger;
}

/** False for a retry: a run that has begun only needs its slots again. */
export function isFirstAttempt({ attempts = [] }: Candidate): boolean {
  return attempts.length === 0;
}

/** Replays were asked for, and windows have waited: limits in time are not for them. */
export function isFreshEvent(run: Candidate): boolean {
  return isFirstAttempt(run) && !run.isReplay && run.gathered === undefined;
}
