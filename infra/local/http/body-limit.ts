import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendEmpty } from './http-response.ts';

/** Kestrel's setting on the real host. */
export const bodyLimit = 100 * 1024 * 1024;
/** As Kestrel: how long a body that nobody wants may go on arriving. */
const drainMs = 5_000;

/**
 * Answers at once, and goes on reading for a while: closing with bytes unread resets the connection,
 * and the sender would never see the answer.
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
