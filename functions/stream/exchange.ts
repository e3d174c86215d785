import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as the Functions host forwards it, and where its answer goes. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Names the invocation that a forwarded request belongs to. */
export const INVOCATION_HEADER = 'x-ms-invocation-id';

/** The sender closed the connection before its body had come, so there is nobody to answer. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}
