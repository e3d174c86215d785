import { setTimeout as wait } from 'node:timers/promises';
import type { CosmosClientOptions, Plugin } from '@azure/cosmos';
import { isWelcomeAgain, toCosmosFault } from './cosmos-error.ts';

const REQUEST_TIMEOUT_MS = 5000;
/** With all tries and waits. */
const CALL_TIMEOUT_MS = 10_000;
const MAX_RETRIES = 3;
/** Of all waits together: whoever calls has somebody waiting too. */
const MAX_WAIT_MS = 5000;
const FIRST_WAIT_MS = 50;

/**
 * Invariants:
 * 1. A write is sent again only where the service has said that it did nothing (429, 449), so that a
 *    create never meets its own document, nor a replacement its own etag. A connection that breaks
 *    after the request is an error for the caller, who may find, on trying again, what it had written.
 *    The library agrees only without endpoint discovery, whose policies send writes again after
 *    errors without a code and after 503.
 * 2. Waiting is bounded. The library's waits for 429 are not: the first may be as long as the service
 *    says. Hence none of its own, and {@link callCosmos}.
 * 3. Reads are as the account has them, which is Strong as deployed, and never weaker: the document
 *    that a create met (409) may be of another instance, and so may the run that a message is about.
 *    With Session or less, a replica that has not heard of it may answer "no such document"; a
 *    caller who finds nothing after a conflict must take that for an error worth trying again.
 *    https://learn.microsoft.com/azure/cosmos-db/consistency-levels
 *
 * https://github.com/Azure/azure-sdk-for-js/tree/main/sdk/cosmosdb/cosmos/src/retry
 */
export const CLIENT_OPTIONS = {
  connectionPolicy: {
    enableEndpointDiscovery: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retryOptions: {
      maxRetryAttemptCount: 0,
      fixedRetryIntervalInMilliseconds: 0,
      maxWaitTimeInSeconds: 0,
    },
  },
} as const satisfies CosmosClientOptions;

/** The library has this option for batches alone; the service has it for every write. */
export const WITHOUT_CONTENT = { initialHeaders: { Prefer: 'return=minimal' } };

/** The library reads the id from the answer to a create, also where it has no content. */
export const fillEmptyAnswer: Plugin<unknown> = async (context, _diagnostics, next) => {
  const response = await next(context);
  return response.result === null ? { ...response, result: {} } : response;
};

/** @throws what the library threw last */
export async function callCosmos<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  let waited = 0;
  for (let retry = 0; ; retry++) {
    try {
      return await work(signal);
    } catch (error) {
      const fault = toCosmosFault(error);
      const waitMs = fault.retryAfterMs ?? FIRST_WAIT_MS * 2 ** retry;
      waited += waitMs;
      if (!isWelcomeAgain(fault) || retry >= MAX_RETRIES || waited > MAX_WAIT_MS) throw error;
      await wait(waitMs);
    }
  }
}
