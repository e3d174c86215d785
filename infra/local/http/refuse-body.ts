import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendEmpty } from './http-response.ts';

/** How long a refused body may continue to arrive, as in Kestrel. */
const drainMs = 5_000;
const retryAfterSeconds = '5';

/** Refuses a body that is too large, that there is no memory for, or that comes too slowly. */
export function refuseBody(req: IncomingMessage, res: ServerResponse, status: 408 | 413 | 503) {
  if (status === 503) res.setHeader('retry-after', retryAfterSeconds);
  if (status === 408) res.shouldKeepAlive = false;
  sendEmpty(res, status);
  drainBody(req);
}

/**
 * Reads on for a while after an answer, and keeps nothing: closing with unread bytes resets the
 * connection, and the sender would never see the answer.
 */
export function drainBody(req: IncomingMessage): void {
  req.resume();
  const timer = setTimeout(() => req.socket.destroy(), drainMs);
  req.once('close', () => clearTimeout(timer));
}
