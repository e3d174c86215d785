import type { Json } from '../domain/json.ts';

/** Recipients of a message: all connected clients, those of a user or those in a group. */
export type LiveTarget =
  | { readonly to: 'all' }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'group'; readonly group: string };

export interface ClientUrlOptions {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly minutes?: number;
}

/**
 * Clients, such as pages, that listen to what actors send. One that is not connected misses it.
 * @throws {TerminalError} `sink_not_configured` when no connection is configured, and when the
 * service refuses for good; {@link RetryableError} when it may accept later
 */
export interface LiveClients {
  send(target: LiveTarget, content: Json): Promise<void>;
  /** Creates the URL that a client connects to. */
  createUrl(options: ClientUrlOptions): Promise<string>;
}
