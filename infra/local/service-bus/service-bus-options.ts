import { availableParallelism } from 'node:os';
import type { RetryOptions } from '@azure/service-bus';
import type { HostSettings } from '../settings/host-settings.ts';

const second = 1000;
const minute = 60 * second;

export interface ServiceBusOptions {
  maxConcurrentCalls: number;
  maxConcurrentSessions: number;
  maxMessageBatchSize: number;
  maxAutoLockRenewalMs: number;
  autoCompleteMessages: boolean;
  sessionIdleMs: number;
  /** Retries of the client's own operations; it does not retry failed functions. */
  retry: RetryOptions;
}

/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#hostjson-settings */
export function readServiceBusOptions(section: HostSettings): ServiceBusOptions {
  const retry = readRetryOptions(section.section('clientRetryOptions'));
  return {
    maxConcurrentCalls: section.integer('maxConcurrentCalls', 16 * availableParallelism(), {
      min: 1,
    }),
    maxConcurrentSessions: section.integer('maxConcurrentSessions', 8, { min: 1 }),
    maxMessageBatchSize: section.integer('maxMessageBatchSize', 1000, { min: 1 }),
    maxAutoLockRenewalMs: section.timeSpan('maxAutoLockRenewalDuration', 5 * minute),
    autoCompleteMessages: section.boolean('autoCompleteMessages', true),
    sessionIdleMs: section.timeSpan('sessionIdleTimeout', retry.timeoutInMs ?? minute),
    retry,
  };
}

// Defaults of the .NET client, which the real host uses; those of the JavaScript client wait
// longer.
function readRetryOptions(section: HostSettings): RetryOptions {
  return {
    mode: section.choice('mode', ['exponential', 'fixed']) === 'exponential' ? 0 : 1,
    timeoutInMs: section.timeSpan('tryTimeout', minute),
    retryDelayInMs: section.timeSpan('delay', 0.8 * second),
    maxRetryDelayInMs: section.timeSpan('maxDelay', minute),
    maxRetries: section.integer('maxRetries', 3, { min: 0, max: 100 }),
  };
}
