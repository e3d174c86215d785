import type { Json } from '../domain/json.ts';

/** What a Web PubSub message goes to: everybody at the hub, a user or a group. */
export type WebPubSubTarget =
  | { readonly to: 'all' }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'group'; readonly group: string };

export interface ServiceBusMessage {
  readonly body: string;
  /** For duplicate detection, where the queue or topic has it. */
  readonly id?: string;
  readonly contentType?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly delayMs?: number;
}

/**
 * What the built-in actors send to.
 * @throws {TerminalError} `sink_not_configured` when no connection is configured, and where the
 * service refuses for good; {@link RetryableError} where it may accept later
 */
export interface Sinks {
  /** To a queue or a topic. */
  sendToServiceBus(entity: string, message: ServiceBusMessage): Promise<void>;
  /** Base64, as Functions' queue triggers expect. @returns the message's id */
  sendToStorageQueue(
    queue: string,
    text: string,
    options?: { readonly delaySeconds?: number },
  ): Promise<string>;
  sendToWebPubSub(target: WebPubSubTarget, content: Json): Promise<void>;
  /** The URL that a client connects to. */
  createWebPubSubUrl(options: {
    readonly user?: string;
    readonly groups?: readonly string[];
    readonly minutes?: number;
  }): Promise<string>;
}
