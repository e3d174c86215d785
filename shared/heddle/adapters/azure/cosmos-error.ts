import { type HeddleError, InvariantError, RetryableError } from '../../errors/errors.ts';

/** The failure that the service or the network reported. */
export interface CosmosFault {
  /** An HTTP status, or the network's code (`ECONNRESET`). */
  readonly code: number | string | undefined;
  /** https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb */
  readonly substatus: number;
  readonly retryAfterMs: number | undefined;
}

/** No replica in reach is as new as the session requires; only with consistency Session. */
const SESSION_NOT_AVAILABLE = 1002;

interface SdkError {
  readonly code?: number | string;
  readonly substatus?: number;
  readonly retryAfterInMs?: number;
}

export function toCosmosFault(error: unknown): CosmosFault {
  const { code, substatus = 0, retryAfterInMs } = (error ?? {}) as SdkError;
  return { code, substatus, retryAfterMs: retryAfterInMs };
}

/**
 * True when the item does not exist; false when the container is missing or a replica lags behind.
 */
export function isItemMissing(error: unknown): boolean {
  const { code, substatus } = toCosmosFault(error);
  return code === 404 && substatus === 0;
}

/**
 * Throws where a read's 404 has another reason: the library reports every 404 of a read as "no such
 * item".
 */
export function throwUnlessMissing(response: {
  readonly statusCode: number;
  readonly substatus?: number | undefined;
}): void {
  const { statusCode: code, substatus = 0 } = response;
  if (code !== 404 || substatus === 0) return;
  throw Object.assign(new Error(`not found, substatus ${substatus}`), { code, substatus });
}

/** True when the service did nothing and asks for the same request again in a moment. */
export function isWelcomeAgain({ code, substatus }: CosmosFault): boolean {
  return code === 429 || code === 449 || (code === 404 && substatus === SESSION_NOT_AVAILABLE);
}

/**
 * Converts any failure that is not an expected response. The library's own message stays in the
 * cause, since it may quote the request.
 *
 * @param subject the collection, and the id where there is one
 */
export function toStoreError(cause: unknown, subject: string): HeddleError {
  const { code, substatus, retryAfterMs } = toCosmosFault(cause);
  const name = toName(cause);
  const found = `${code ?? name}${substatus === 0 ? '' : `/${substatus}`}`;
  const message = `Cosmos ${subject}: expected an answer, received ${found}: ${toAdvice(code, substatus)}`;
  if (code === 400 || code === 413) return new InvariantError(message, { cause });
  const retryAfter = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
  return new RetryableError('store_unavailable', message, {
    cause,
    ...(retryAfter ? { retryAfter } : {}),
  });
}

function toName(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  return cause.name === 'AbortError' ? 'none in time' : cause.name;
}

function toAdvice(code: number | string | undefined, substatus: number): string {
  switch (code) {
    case 400:
    case 413:
      return 'the request is at fault; compare the indexes of the container with those deployed';
    case 401:
    case 403:
      return 'the identity needs the role Cosmos DB Built-in Data Contributor on the account of Cosmos__accountEndpoint, and its network must let the app in; a connection string in Cosmos needs a valid key';
    case 404:
      return substatus === SESSION_NOT_AVAILABLE
        ? 'a replica lags behind; it is tried again'
        : 'the database (HEDDLE_COSMOS_DATABASE) or the container is missing: deploy again';
    case 429:
      return 'the account is asked for more than it is given; it is tried again';
    default:
      return 'it is tried again';
  }
}
