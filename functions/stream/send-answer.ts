import type { Answer } from '../reply.ts';
import type { Exchange } from './exchange.ts';

/** How long a body may go on coming after its answer. */
const DRAIN_MS = 5_000;

/**
 * Answers a forwarded request, whether or not its body has come. What still comes of that is read for a
 * while and dropped: closing at once would reset the connection, and the answer could be lost.
 */
export function sendAnswer({ req, res }: Exchange, { status, headers, body }: Answer): void {
  if (res.headersSent || res.destroyed) return;
  const bytes = Buffer.from(body, 'utf8');
  const isEmpty = status === 204 || status === 304;
  res.writeHead(status, isEmpty ? headers : { ...headers, 'content-length': bytes.length });
  res.end(isEmpty ? undefined : bytes);
  if (!req.complete) drain({ req, res });
}

function drain({ req }: Exchange): void {
  req.resume();
  const timer = setTimeout(() => req.socket.destroy(), DRAIN_MS);
  req.once('close', () => clearTimeout(timer));
}
