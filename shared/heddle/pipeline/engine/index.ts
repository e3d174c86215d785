export {
  failStrayWork,
  observeWork,
  outsideOfWork,
  type Work,
  withinWork,
} from './app-work.ts';
export {
  type Engine,
  type LiveEngine,
  MAX_CLOCK_SKEW_MS,
  toTimestamp,
  withSnapshot,
} from './engine.ts';
export { CancelRequest, InFlight } from './in-flight.ts';
export type {
  Emitting,
  Ending,
  Enqueuing,
  Finishing,
  Leasing,
  Matching,
  Releasing,
  Saving,
  Sending,
  Storing,
} from './parts.ts';
export { PollSlots } from './poll-slots.ts';
export { toDefaultTtl, toEventTtl, toRunTtl } from './retention.ts';
export { type Seat, Seats } from './seats.ts';
export { TriggerStates } from './trigger-states.ts';
export { TriggerVersions } from './trigger-versions.ts';
export { waitUntil } from './wait-until.ts';
