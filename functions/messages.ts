import type { InvocationContext } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { HeddleError, RetryableError } from '../shared/heddle/errors/errors.ts';

/** What the host says of a Service Bus message beside its body. */
type Metadata = Readonly<Record<string, unknown>>;

type Handler = (body: unknown, context: InvocationContext) => Promise<void>;

export interface MessageFunctionOptions {
  /** Its numbers then run backwards: those of two queues must not meet. */
  readonly isOrdered: boolean;
  /** Waits so many milliseconds; for tests. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Longer than any lock, shorter than the host renews one. */
export const MAX_PAUSE_MS = 300_000;

/** A message of the event queue. */
export function createMessageHandler(app: () => App, options: MessageFunctionOptions): Handler {
  return handle(app, options, (message) => app().handleMessage(message));
}

/** One that the queue has given up. */
export function createDeadLetterHandler(app: () => App, options: MessageFunctionOptions): Handler {
  return handle(app, options, (message, metadata) =>
    app().giveUpMessage(message, toReason(metadata)),
  );
}

/**
 * The host gives a message whose function throws back at once, and the queue gives up after ten
 * deliveries: without a pause, an outage of some seconds would use them up. So the failure is kept
 * back, under the message's lock, ever longer: ten deliveries last a quarter of an hour. It also keeps
 * messages from being taken that would fail the same way.
 */
function handle(
  app: () => App,
  { isOrdered, wait = pause }: MessageFunctionOptions,
  work: (message: Parameters<App['handleMessage']>[0], metadata: Metadata) => Promise<void>,
): Handler {
  return async (body, { triggerMetadata = {} }) => {
    const message = toMessage(body, triggerMetadata, isOrdered);
    try {
      await work(message, triggerMetadata);
    } catch (error) {
      const ms = toPause(error, message.deliveryCount);
      const { sequence, deliveryCount } = message;
      const code = error instanceof HeddleError ? error.code : 'internal';
      const text = error instanceof Error ? error.message : String(error);
      app().logger.warn(`A message was not dealt with and comes again: ${code}: ${text}`, {
        ...{ sequence, deliveryCount, pauseMs: ms },
      });
      await wait(ms);
      throw error;
    }
  };
}

function toMessage(body: unknown, metadata: Metadata, isOrdered: boolean) {
  const sequence = Number(metadata.sequenceNumber);
  const { sessionId } = metadata;
  return {
    id: String(metadata.messageId ?? ''),
    bytes: toBytes(body),
    sequence: isOrdered ? -sequence : sequence,
    deliveryCount: Number(metadata.deliveryCount),
    ...(isOrdered ? { orderingKey: String(sessionId) } : {}),
  };
}

/** Asked for as bytes; a host that hands over text or JSON all the same is understood. */
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
