import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendEmpty } from './http-response.ts';

/** How long a refused body may continue to arrive, as in Kestrel. */
const drainMs = 5_000;
const retryAfterSeconds = '5';

/** Refuses a body that is too large, that there is no memory for, or that comes too slowly. */
export function refuseBody(req: IncomingMessage, res: ServerResponse, status: 408 | 413 | 503) {
  if (status === 503) res.setHeader('retry-after', retryAfterSeconds);
  if (status === 408) {
    res.shouldKeepAlive = false;
    sendEmpty(res, status);
  } else {
    answerBeforeBody(req, res, () => sendEmpty(res, status));
  }
}

/**
 * Answers at once, but reads on for a while and keeps nothing: closing with unread bytes resets the
 * connection, and the sender would never see the answer. Who asked for the connection to be closed
 * finds it closed after that.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function answerBeforeBody(
  req: IncomingMessage,
  res: ServerResponse,
  answer: () => void,
): void {
  const isLast = !res.shouldKeepAlive;
  const isWaiting = isAwaitingContinue(req);
  if (isLast && !isWaiting) res.shouldKeepAlive = true;
  answer();
  if (isWaiting) return;
  req.resume();
  const timer = setTimeout(() => req.socket.destroy(), drainMs);
  req.once('close', () => {
    clearTimeout(timer);
    if (isLast) req.socket.end();
  });
}

/** Lets a sender go on that waits with its body until somebody wants it. */
export function continueBody(req: IncomingMessage, res: ServerResponse): void {
  if (!isAwaitingContinue(req)) return;
  delete req.headers.expect;
  res.writeContinue();
}

function isAwaitingContinue(req: IncomingMessage): boolean {
  return req.headers.expect !== undefined;
}
