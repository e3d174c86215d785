import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { HeddleError, RetryableError, TerminalError } from '../../errors/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../ports/http-client.ts';
import { type AddressGuard, createAddressGuard } from './address-guard.ts';
import { type CheckedRequest, checkRequest } from './http-client-request.ts';

/** Resolves a host name to all its addresses. */
export type LookupAll = (
  host: string,
  callback: (error: Error | null, addresses?: readonly LookupAddress[]) => void,
) => void;

export interface HttpClientOptions {
  /** Private hosts, `*.suffix` wildcards and CIDR ranges that may be reached all the same. */
  readonly allow: readonly string[];
  readonly lookup?: LookupAll;
}

const lookupAll: LookupAll = (host, callback) => systemLookup(host, { all: true }, callback);

/**
 * A client for addresses that come from an event or a trigger.
 * 1. A name is judged by the addresses that the connection then uses. They are resolved once, so
 *    that the name cannot point elsewhere between check and call.
 * 2. One forbidden address forbids the name: an honest name does not lead both inside and outside.
 * 3. It reuses no connection, follows no redirect and uses no proxy.
 * @throws {ConfigError} when an entry of `allow` is not understood
 */
export function createHttpClient({ allow, lookup = lookupAll }: HttpClientOptions): HttpClient {
  const guard = createAddressGuard(allow);
  return {
    isListed: (url) => guard.isListed(URL.parse(url)?.hostname ?? ''),
    async send(request) {
      const checked = checkRequest(request);
      const { hostname, host } = checked.url;
      if (!guard.isNameAllowed(hostname)) throw forbid(hostname);
      const timeout = AbortSignal.timeout(request.timeoutMs);
      const signals = request.signal ? [timeout, request.signal] : [timeout];
      const signal = AbortSignal.any(signals);
      try {
        return await exchange(checked, createLookup(guard, lookup), signal, request);
      } catch (cause) {
        if (cause instanceof HeddleError) throw cause;
        throw toRetryable(host, cause, timeout.aborted ? request.timeoutMs : undefined);
      }
    },
  };
}

/**
 * The lookup function for `net.connect`, which asks for all addresses when it will try several,
 * else for one.
 */
function createLookup(guard: AddressGuard, lookup: LookupAll): LookupFunction {
  return (host, { all }, callback) => {
    lookup(host, (error, addresses = []) => {
      const failure = error ?? findFailure(guard, host, addresses);
      const [first] = addresses;
      if (failure || !first) callback(failure ?? new Error(`${host} has no address`), []);
      else if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

function findFailure(guard: AddressGuard, host: string, addresses: readonly LookupAddress[]) {
  const isAllowed = addresses.every(({ address }) => guard.isAddressAllowed(address, host));
  return isAllowed ? undefined : forbid(host);
}

function exchange(
  { url, method, headers, body }: CheckedRequest,
  lookup: LookupFunction,
  signal: AbortSignal,
  given: Reading,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { protocol, port, pathname, search } = url;
  const outgoing = request({
    ...{ protocol, port, method, headers, lookup, signal },
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    path: `${pathname}${search}`,
    // A new connection per request, so that it goes to addresses that were judged for this request.
    agent: false,
  });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => readAnswer(response, given).then(resolve, reject));
  outgoing.end(body);
  return promise;
}

type Reading = Pick<HttpRequest, 'maxBytes' | 'bodyAs'>;

async function readAnswer(
  response: IncomingMessage,
  { maxBytes, bodyAs }: Reading,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    // Leaving the loop closes the connection; the rest is never read.
    if (bytes >= maxBytes) break;
  }
  const headers = Object.entries(response.headersDistinct);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers.map(([name, values = []]) => [name, values.join(', ')])),
    body: toBody(Buffer.concat(chunks), bodyAs, bytes >= maxBytes),
  };
}

/**
 * Decodes as a stream where the body is cut: half a character at the end is dropped, not shown as a
 * broken one.
 */
function toBody(bytes: Buffer, bodyAs: HttpRequest['bodyAs'], isCut: boolean): string {
  if (bodyAs === 'base64') return bytes.toString('base64');
  return new TextDecoder().decode(bytes, { stream: isCut });
}

function forbid(host: string): TerminalError {
  return new TerminalError(
    'address_forbidden',
    `${host} is an address of this machine, its network or its cloud, where requests of actors and pollers do not go: if it is meant, add it to HEDDLE_HTTP_ALLOW`,
  );
}

function toRetryable(host: string, cause: unknown, timeoutMs: number | undefined): RetryableError {
  if (timeoutMs !== undefined) {
    const text = `${host} did not answer within ${timeoutMs} ms`;
    return new RetryableError('http_timeout', text, { cause });
  }
  const { code, name } = cause as NodeJS.ErrnoException;
  return new RetryableError('http_no_answer', `${host} gave no answer (${code ?? name})`, {
    cause,
  });
}
