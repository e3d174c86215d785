import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendEmpty } from './http-response.ts';

/** How long a body may continue to arrive after the answer, as in Kestrel. */
const drainMs = 5_000;
const retryAfterSeconds = '5';
/** Tells an app of requests that it never sees. */
const refusals = channel('functions-host.request.refused');

/** Refuses a body that is too large, that there is no memory for, or that comes too slowly. */
export function refuseBody(req: IncomingMessage, res: ServerResponse, status: 408 | 413 | 503) {
  if (status === 503) {
    res.setHeader('retry-after', retryAfterSeconds);
    refusals.publish('too many bodies are in memory');
  }
  if (status === 408) res.shouldKeepAlive = false;
  sendEmpty(res, status);
  drainBody(req);
}

/** Reads on for a while after an answer, and keeps nothing. */
export function drainBody(req: IncomingMessage): void {
  req.resume();
  const timer = setTimeout(() => req.socket.destroy(), drainMs);
  req.once('close', () => clearTimeout(timer));
}

/**
 * Closes a connection, where the sender asked for that, only once its body has come: closing with
 * unread bytes resets the connection, and the sender would never see an answer that came early.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function closeAfterBody(req: IncomingMessage, res: ServerResponse): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = req.headers;
  if (res.shouldKeepAlive || (length === '0' && coding === undefined)) return;
  const end = res.end.bind(res);
  const endLater = (body?: Uint8Array): ServerResponse => {
    if (req.complete || isAwaitingContinue(req)) return end(body);
    // With its length in the headers, the answer is whole for the sender.
    if (body === undefined || body.length === 0) res.flushHeaders();
    else res.write(body);
    req.once('close', () => end());
    drainBody(req);
    return res;
  };
  res.end = endLater as typeof res.end;
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
