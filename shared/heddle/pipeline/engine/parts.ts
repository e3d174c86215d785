import type { Engine } from './engine.ts';

/*
 * Parts of the engine by what they are for: a function says by these what it, and whatever it calls,
 * can do. What only a few functions need they name themselves.
 */

/** Reads and writes documents, with the time. */
export type Storing = Pick<Engine, 'store' | 'clock'>;

/** Sends messages that are due at a time. */
export type Sending = Pick<Engine, 'queue' | 'clock'>;

/** Takes events in, under the ordering keys of their triggers. */
export type Enqueuing = Sending & Pick<Engine, 'triggers' | 'traceparent'>;

/** Emits events of code. */
export type Emitting = Enqueuing & Pick<Engine, 'runtime' | 'telemetry'>;

/** Decides which triggers an event runs. */
export type Matching = Pick<Engine, 'triggers' | 'states' | 'redact'>;

/** Writes runs, each for as long as its trigger keeps it, and counts and logs how they ended. */
export type Saving = Storing &
  Pick<Engine, 'triggers' | 'retentionDays' | 'telemetry' | 'triggerLog' | 'logger'>;

/** Acquires and renews slots. */
export type Leasing = Storing & Pick<Engine, 'leaseMs'>;

/** Releases slots, each to the run that waits for it. */
export type Releasing = Leasing & Sending & Pick<Engine, 'presentTrigger'>;

/** Follows up the end of a run. */
export type Finishing = Enqueuing & Releasing & Pick<Engine, 'retentionDays' | 'telemetry'>;

/** Ends runs, and follows up their ends. */
export type Ending = Saving & Finishing;
