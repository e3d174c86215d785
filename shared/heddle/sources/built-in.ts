import {
  EMIT_SOURCE,
  MANUAL_SOURCE,
  POLL_SOURCE,
  SCHEDULE_SOURCE,
} from '../domain/built-in-sources.ts';
import { COMPLETION_SOURCE } from '../domain/completion.ts';

/** Sources of events that the engine itself makes. Those of connectors come on top. */
export const ENGINE_SOURCES: readonly string[] = [
  COMPLETION_SOURCE,
  EMIT_SOURCE,
  MANUAL_SOURCE,
  POLL_SOURCE,
  SCHEDULE_SOURCE,
];
