import type { InvocationContext } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { HeddleError, RetryableError } from '../shared/heddle/errors/errors.ts';

/** The host's metadata of a Service Bus message. */
type Metadata = Readonly<Record<string, unknown>>;

type Handler = (body: unknown, context: InvocationContext) => Promise<void>;

export interface MessageFunctionOptions {
  /** True negates the sequence numbers, so that those of the queues never collide. */
  readonly isOrdered: boolean;
  /** True moves the sequence numbers between those of the other queues, for the same reason. */
  readonly isUrgent?: boolean;
  /** Waits for `ms` milliseconds; replaced in tests. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Longer than any lock, but shorter than the time for which the host renews one. */
export const MAX_PAUSE_MS = 300_000;

/** Handles a message of the event queue. */
export function createMessageHandler(app: () => App, options: MessageFunctionOptions): Handler {
  return handle(app, options, (message) => app().handleMessage(message));
}

/** Handles a message of the dead-letter queue. */
export function createDeadLetterHandler(app: () => App, options: MessageFunctionOptions): Handler {
  return handle(app, options, (message, metadata) =>
    app().giveUpMessage(message, toReason(metadata)),
  );
}

/**
 * Delays the failure of a message. The host redelivers a failed message at once, and it is given up
 * after ten deliveries: without a delay, an outage of some seconds would use them
 * up. The delay grows under the message's lock, so that ten deliveries last a quarter of an hour.
 * It also keeps the host from taking messages that would fail in the same way.
 */
function handle(
  app: () => App,
  { wait = pause, ...queue }: MessageFunctionOptions,
  work: (message: Parameters<App['handleMessage']>[0], metadata: Metadata) => Promise<void>,
): Handler {
  return async (body, { triggerMetadata = {} }) => {
    const message = toMessage(body, triggerMetadata, queue);
    try {
      await work(message, triggerMetadata);
    } catch (error) {
      const ms = toPause(error, message.deliveryCount);
      const { sequence, deliveryCount } = message;
      const code = error instanceof HeddleError ? error.code : 'internal';
      const text = error instanceof Error ? error.message : String(error);
      app().logger.warn(`A message could not be handled and is delivered again: ${code}: ${text}`, {
        ...{ sequence, deliveryCount, pauseMs: ms },
      });
      await wait(ms);
      throw error;
    }
  };
}

type Queue = Pick<MessageFunctionOptions, 'isOrdered' | 'isUrgent'>;

function toMessage(body: unknown, metadata: Metadata, { isOrdered, isUrgent = false }: Queue) {
  const sequence = Number(metadata.sequenceNumber) + (isUrgent ? 0.5 : 0);
  const { sessionId } = metadata;
  return {
    id: String(metadata.messageId ?? ''),
    bytes: toBytes(body),
    sequence: isOrdered ? -sequence : sequence,
    deliveryCount: Number(metadata.deliveryCount),
    ...(isOrdered ? { orderingKey: String(sessionId) } : {}),
  };
}

/** Bytes are asked for; a host that passes text or JSON instead is understood too. */
function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

/** https://learn.microsoft.com/en-us/azure/service-bus-messaging/service-bus-dead-letter-queues */
function toReason({ applicationProperties, deadLetterReason }: Metadata): string {
  const properties = (applicationProperties ?? {}) as Metadata;
  const reason = deadLetterReason ?? properties.deadLetterReason ?? properties.DeadLetterReason;
  return reason === undefined ? 'the queue gave it up' : `the queue gave it up: ${String(reason)}`;
}

function toPause(error: unknown, deliveryCount: number): number {
  const asked = error instanceof RetryableError ? (error.retryAfter ?? 0) * 1000 : 0;
  const backoff = 1000 * 2 ** Math.min(Math.max(deliveryCount, 1) - 1, 10);
  return Math.min(Math.max(asked, backoff), MAX_PAUSE_MS);
}

function pause(ms: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
