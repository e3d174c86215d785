import type { DepthTarget } from '../../ports/probes.ts';
import type { PollerClass } from '../poller.ts';

/**
 * Built-in pollers by the names that triggers use in `poll.poller`. Each is loaded only if a
 * trigger names it, so a trigger that watches a queue does not load the code that watches
 * directories.
 *
 * @example
 * files: async () => (await import('./files.ts')).FilesPoller,
 */
export type BuiltInPollers = Readonly<Record<string, () => Promise<PollerClass>>>;

/** @param targets what `queue-depth` watches */
export function createBuiltInPollers(targets: readonly DepthTarget[]): BuiltInPollers {
  return {
    blob: async () => (await import('./blob.ts')).BlobPoller,
    files: async () => (await import('./files.ts')).FilesPoller,
    'http-change': async () => (await import('./http-change.ts')).HttpChangePoller,
    'http-health': async () => (await import('./http-health.ts')).HttpHealthPoller,
    'queue-depth': async () => (await import('./queue-depth.ts')).createQueueDepthPoller(targets),
  };
}
