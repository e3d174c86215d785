export { createTestApp, type TestAppOptions } from './create-test-app.ts';
export { type ExplainedTrigger, type ExplainOptions, explainTrigger } from './explain-trigger.ts';
export { loadApp } from './load-app.ts';
export { type HeddleMatchers, heddleMatchers } from './matchers.ts';
export { type Polled, type PollOptions, pollOnce } from './poll-once.ts';
export type { SignedRequest } from './receive-delivery.ts';
export type { LogLine } from './recorded-log.ts';
export {
  type ActorResult,
  type EmittedEvent,
  type RunActorOptions,
  runActor,
} from './run-actor.ts';
export type { Delivered, Explanation, TestApp } from './test-app.ts';
export type { TestTriggers } from './test-definitions.ts';
export type { TestEvent } from './test-event.ts';
export type { TestHttp } from './test-http.ts';
export type { Caused } from './test-records.ts';
