import type { Json } from '../domain/json.ts';

/** Recipients of a Web PubSub message: everybody at the hub, a user or a group. */
export type WebPubSubTarget =
  | { readonly to: 'all' }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'group'; readonly group: string };

export interface ServiceBusMessage {
  readonly body: string;
  /** Used for duplicate detection, if the queue or topic has it. */
  readonly id?: string;
  readonly contentType?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly delayMs?: number;
}

/**
 * Services that the built-in actors send to.
 * @throws {TerminalError} `sink_not_configured` when no connection is configured, and when the
 * service refuses for good; {@link RetryableError} when it may accept later
 */
export interface Sinks {
  /** Sends to a queue or a topic. */
  sendToServiceBus(entity: string, message: ServiceBusMessage): Promise<void>;
  /** Sends base64, as queue triggers of Functions expect. @returns the message's id */
  sendToStorageQueue(
    queue: string,
    text: string,
    options?: { readonly delaySeconds?: number },
  ): Promise<string>;
  sendToWebPubSub(target: WebPubSubTarget, content: Json): Promise<void>;
  /** Creates the URL that a client connects to. */
  createWebPubSubUrl(options: {
    readonly user?: string;
    readonly groups?: readonly string[];
    readonly minutes?: number;
  }): Promise<string>;
}
