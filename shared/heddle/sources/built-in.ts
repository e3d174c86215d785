import {
  EMIT_SOURCE,
  MANUAL_SOURCE,
  POLL_SOURCE,
  SCHEDULE_SOURCE,
} from '../domain/built-in-sources.ts';
import { COMPLETION_SOURCE } from '../domain/completion.ts';
import { STORAGE_QUEUE_SOURCE } from './storage-queue.ts';

/** Sources that exist without configuration. No configured source may have one of these names. */
export const BUILT_IN_SOURCES: readonly string[] = [
  COMPLETION_SOURCE,
  EMIT_SOURCE,
  MANUAL_SOURCE,
  POLL_SOURCE,
  SCHEDULE_SOURCE,
  STORAGE_QUEUE_SOURCE,
];
