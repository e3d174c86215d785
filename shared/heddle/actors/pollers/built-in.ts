import type { PollerClass } from '../poller.ts';

/**
 * The pollers that come with Heddle, by the names that triggers call them in `poll.poller`. Each is
 * loaded only where a trigger names it: what watches a directory costs nothing who watches a queue.
 *
 * @example
 * files: async () => (await import('./files.ts')).FilesPoller,
 */
export const builtInPollers: Readonly<Record<string, () => Promise<PollerClass>>> = {
  blob: async () => (await import('./blob.ts')).BlobPoller,
  files: async () => (await import('./files.ts')).FilesPoller,
  'http-change': async () => (await import('./http-change.ts')).HttpChangePoller,
  'http-health': async () => (await import('./http-health.ts')).HttpHealthPoller,
  'queue-depth': async () => (await import('./queue-depth.ts')).QueueDepthPoller,
};
