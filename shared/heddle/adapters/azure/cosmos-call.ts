import { setTimeout as wait } from 'node:timers/promises';
import type { CosmosClientOptions, Plugin } from '@azure/cosmos';
import { isWelcomeAgain, toCosmosFault } from './cosmos-error.ts';

const REQUEST_TIMEOUT_MS = 5000;
/** The limit for one call with all its tries and waits. */
const CALL_TIMEOUT_MS = 10_000;
const MAX_RETRIES = 3;
/** The limit for all waits of one call together, since the caller's own caller is waiting too. */
const MAX_WAIT_MS = 5000;
const FIRST_WAIT_MS = 50;

/**
 * Invariants:
 * 1. A write is sent again only where the service says that it did nothing (429, 449). A create
 *    therefore never conflicts with its own document, nor a replacement with its own etag. A
 *    connection that breaks after the request is an error for the caller, who may find its own
 *    write when it tries again. The library behaves so only without endpoint discovery: those
 *    policies resend writes after errors without a code and after 503.
 * 2. Waiting is bounded. The library's first wait for a 429 may be as long as the service says. Its
 *    own retries are therefore off, and {@link callCosmos} retries.
 * 3. Reads have the account's consistency, which is Strong as deployed, and never a weaker one: the
 *    document that a create met (409), or the run that a message is about, may have been written by
 *    another instance. With Session or less, a replica that lags behind may answer "no such
 *    document"; a caller that finds nothing after a conflict must treat that as a retryable error.
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

/** The library offers this option for batches only; the service accepts it for every write. */
export const WITHOUT_CONTENT = { initialHeaders: { Prefer: 'return=minimal' } };

/**
 * The library reads the id from the response to a create, even where the response has no content.
 */
export const fillEmptyAnswer: Plugin<unknown> = async (context, _diagnostics, next) => {
  const response = await next(context);
  return response.result === null ? { ...response, result: {} } : response;
};

/** @throws the last error of the library */
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
