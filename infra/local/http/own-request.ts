import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts';

/** Why a request is not one of this machine's own. */
export interface Foreign {
  /** 401: of a stranger, who may show a key. 403: of a page of another origin. */
  readonly status: 401 | 403;
  readonly reason: string;
}

type Received = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/** Headers that proxies and tunnels add. Callers on this machine have no reason to send one. */
const PASSED_ON =
  /forwarded|(?:client|connecting|connection|real|remote|user)-(?:ip|addr)|^(?:via|cdn-loop)$|^(?:x-(?:original|envoy|azure|arr|amzn|tunnel)|x-amz-cf|cf|fly|fastly|ngrok|tailscale)-/;
/** A program sends this one to ngrok; ngrok passes it on with headers of its own. */
const OF_CLIENTS = 'ngrok-skip-browser-warning';

const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Finds out why a request may not go without a key. A host that asks nobody for one trusts whoever
 * works on this machine, so each of these must be of this machine:
 *
 * 1. The other end of the socket.
 * 2. The `Host`, once, and the name in the request line where a proxy writes one there.
 * 3. No header that a proxy or tunnel adds: those end at this machine, and may rewrite the `Host`.
 * 4. The page that asks, if one does: `Origin` is that of `Host`, and `Sec-Fetch-Site`, which a page
 *    cannot set, is neither `cross-site` nor, without such an Origin, `same-site` (another port).
 *
 * A tunnel of bare TCP that a caller tells `Host: localhost` looks like this machine: ask for keys there.
 * @param origins allowed by the settings; `*` allows no page here
 * @returns undefined for a request of this machine's own
 */
export function findForeign(req: Received, origins: readonly string[]): Foreign | undefined {
  const reason = findStranger(req);
  if (reason !== undefined) return { status: 401, reason };
  if (isOfOwnPage(req, origins)) return undefined;
  return { status: 403, reason: 'a page of another origin asks' };
}

function findStranger({ socket, rawHeaders, headers, url = '/' }: Received): string | undefined {
  if (!isLoopbackAddress(socket.remoteAddress ?? '')) return 'the caller has another address';
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  const passedOn = names.find((name) => PASSED_ON.test(name) && name !== OF_CLIENTS);
  if (passedOn !== undefined) return `${passedOn} says that a proxy or tunnel has passed it on`;
  const isOnce = names.filter((name) => name === 'host').length === 1;
  if (!isOnce || !isLoopbackHost(headers.host ?? '')) return 'Host does not name this machine';
  const isNamedOwn = url.startsWith('/') || isLoopbackHost(URL.parse(url)?.host ?? '');
  return isNamedOwn ? undefined : 'the request line names another host';
}

function isOfOwnPage({ headers }: Received, origins: readonly string[]): boolean {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  const isAllowed = origin !== undefined && origins.includes(origin.toLowerCase());
  if (isAllowed) return true;
  if (origin !== undefined && !isOrigin(origin, host)) return false;
  if (site === undefined) return true;
  const isOwnSite = OWN_SITES.has(String(site).trim().toLowerCase());
  return isOwnSite || (origin !== undefined && site === 'same-site');
}

/** @param origin `null` and an origin that is no web page's match no host */
function isOrigin(origin: string, host: string): boolean {
  const page = URL.parse(origin);
  if (page?.protocol !== 'http:' && page?.protocol !== 'https:') return false;
  return page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}
