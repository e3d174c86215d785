import { availableParallelism } from 'node:os';
import type { HostSettings } from '../settings/host-settings.ts';

const second = 1000;

export interface StorageQueueOptions {
  batchSize: number;
  /** The next batch is fetched once at most this many messages are in progress. */
  newBatchThreshold: number;
  maxDequeueCount: number;
  /** How long a message stays hidden after its function failed. */
  visibilityTimeoutMs: number;
  maxPollingIntervalMs: number;
  encoding: 'base64' | 'none';
}

/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json */
export function readStorageQueueOptions(
  section: HostSettings,
  env: NodeJS.ProcessEnv,
): StorageQueueOptions {
  const batchSize = section.integer('batchSize', 16, { min: 1, max: 32 });
  const isDevelopment = env.AZURE_FUNCTIONS_ENVIRONMENT?.toLowerCase() === 'development';
  const threshold = Math.floor(batchSize / 2) * availableParallelism();
  return {
    batchSize,
    newBatchThreshold: section.integer('newBatchThreshold', threshold, { min: 0 }),
    maxDequeueCount: section.integer('maxDequeueCount', 5, { min: 1 }),
    visibilityTimeoutMs: section.timeSpan('visibilityTimeout', 0),
    maxPollingIntervalMs: section.timeSpan('maxPollingInterval', (isDevelopment ? 2 : 60) * second),
    encoding: section.choice('messageEncoding', ['base64', 'none']),
  };
}
