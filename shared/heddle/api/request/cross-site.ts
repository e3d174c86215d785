import { RejectedError } from '../../errors/errors.ts';
import type { ApiRequest } from './request.ts';

/** Methods that change nothing. A page may call them, and cannot read the answer of another origin. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Values of `Sec-Fetch-Site` that pass without an Origin: this site itself, or a person's own doing. */
const OWN: ReadonlySet<string> = new Set(['same-origin', 'none']);

export function isSafe(method: string): boolean {
  return SAFE.has(method.toUpperCase());
}

/**
 * Refuses an unsafe request that a browser sends for a page of another origin, with and without a
 * body: a laptop's host asks for no key, and a browser attaches what it knows.
 *
 * Browsers send `Origin` with every POST, and `Sec-Fetch-Site`, which a page cannot set; programs
 * send neither and pass. An Origin is ours if its host and port are those of the `Host` header. What
 * a proxy claims in `X-Forwarded-Host` does not count, since every sender can claim it: a proxy
 * before a page has to pass on the `Host`. `same-site` is another origin, such as another port of
 * localhost or another app of the domain, so it passes only with an Origin that is ours.
 * @throws {RejectedError} 403 `cross_site`
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function refuseCrossSite({ method, headers }: Pick<ApiRequest, 'method' | 'headers'>): void {
  if (isSafe(method)) return;
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site')?.trim().toLowerCase();
  const isOurs = origin !== null && isOwnOrigin(origin, headers.get('host'));
  if (origin !== null && !isOurs) refuse();
  if (site === undefined || OWN.has(site) || (site === 'same-site' && isOurs)) return;
  refuse();
}

/** @param origin `null` and an origin that cannot be parsed match no host */
function isOwnOrigin(origin: string, host: string | null): boolean {
  if (host === null) return false;
  const theirs = parseUrl(origin);
  if (theirs?.protocol !== 'http:' && theirs?.protocol !== 'https:') return false;
  // Parsed with the same scheme, so that a default port counts as none.
  return parseUrl(`${theirs.protocol}//${host.trim()}`)?.host === theirs.host;
}

function parseUrl(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}

function refuse(): never {
  const message =
    'A page of another origin asked for this: expected an Origin of this host, or none.';
  throw new RejectedError('cross_site', message);
}
