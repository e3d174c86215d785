import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { type Delivery, ID_HEADER, PATH } from './deliveries.ts';

export interface LoadOptions {
  readonly url: string;
  readonly delivery: Delivery;
  readonly connections: number;
  /** The end of the load, after a number of seconds or requests. */
  readonly limit: { readonly duration: number } | { readonly amount: number };
}

export interface Load {
  readonly perSecond: number;
  readonly accepted: number;
}

/** Sends in a closed loop: each connection sends its next delivery after the last response. */
export async function sendLoad({ url, delivery, connections, limit }: LoadOptions): Promise<Load> {
  const { body, headers } = delivery;
  const result = await autocannon({
    ...{ url: `${url}${PATH}`, method: 'POST', connections, body, headers, ...limit },
    setupClient: refreshIds,
  });
  const { statusCodeStats, errors, timeouts, duration } = result;
  const accepted = statusCodeStats?.['202']?.count ?? 0;
  const others = Object.entries(statusCodeStats ?? {}).filter(([status]) => status !== '202');
  if (others.length > 0 || errors > 0 || timeouts > 0 || accepted === 0) {
    const statuses = others.map(([status, { count }]) => `${count} × ${status}`).join(', ');
    throw new Error(
      `${url}: ${accepted} accepted, ${errors} errors, ${timeouts} late, ${statuses}`,
    );
  }
  return { perSecond: accepted / duration, accepted };
}

/**
 * Writes a fresh id into the request's bytes before each send. Autocannon itself would build every
 * request anew, which takes more CPU than some of the measured servers.
 */
function refreshIds(client: autocannon.Client): void {
  const sender = client as unknown as { getRequestBuffer(): Buffer };
  const build = sender.getRequestBuffer;
  let request: Buffer | undefined;
  let at = 0;
  sender.getRequestBuffer = () => {
    if (request === undefined) {
      request = Buffer.from(build.call(sender));
      at = request.indexOf(`${ID_HEADER}: `) + `${ID_HEADER}: `.length;
    }
    request.write(randomUUID(), at, 'latin1');
    return request;
  };
}
