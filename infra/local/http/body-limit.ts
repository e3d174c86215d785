import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendEmpty } from './http-response.ts';

/** The limit that Kestrel has on the real host. */
export const bodyLimit = 100 * 1024 * 1024;
/** How long a refused body may continue to arrive, as in Kestrel. */
const drainMs = 5_000;

/**
 * Answers at once, but reads on for a while: closing with unread bytes resets the connection, and
 * the sender would never see the response.
 */
export function refuseBody(req: IncomingMessage, res: ServerResponse): void {
  sendEmpty(res, 413);
  req.resume();
  const timer = setTimeout(() => req.socket.destroy(), drainMs);
  req.once('close', () => clearTimeout(timer));
}

export function exceedsBodyLimit(req: IncomingMessage): boolean {
  return Number(req.headers['content-length'] ?? 0) > bodyLimit;
}
