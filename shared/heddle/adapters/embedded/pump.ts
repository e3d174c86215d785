import type { Clock } from '../../ports/clock.ts';
import type {
  Delivery,
  MessageHandler,
  MessageReceiver,
  ReceivedMessage,
} from '../../ports/event-queue.ts';
import type { ReceiveObserver } from '../../ports/health.ts';
import type { Logger } from '../../ports/logger.ts';

/** A queue within this process or in a local file. */
export interface LocalQueue extends MessageReceiver {
  /** Unix milliseconds when the next message may be received; undefined when the queue is empty. */
  nextDueAt(): number | undefined;
}

export interface PumpOptions {
  readonly queue: LocalQueue;
  readonly handler: MessageHandler;
  /** The queue's own clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: ReceiveObserver | undefined;
  /** The duration of the queue's locks. */
  readonly lockMs: number;
  /** Limit of messages handled at once. */
  readonly concurrency: number;
  /** A message delivered more often than this without being settled is given up. */
  readonly maxDeliveries: number;
}

/** How long a message sent by another process that shares the file may wait unseen. */
const MAX_IDLE_MS = 1000;
const MAX_BACKOFF_MS = 30_000;

/**
 * Delivers the messages of an embedded queue to the engine, as the Service Bus trigger does in
 * Azure. A message whose handling throws is redelivered when its lock expires. While handling
 * throws, ever fewer messages are received, so that an outage does not use up deliveries.
 */
export class Pump {
  readonly #options: PumpOptions;
  readonly #inFlight = new Map<ReceivedMessage, AbortController>();
  #isRunning = false;
  #isReceiving = false;
  #failures = 0;
  #cancelTimer: (() => void) | undefined;
  #cancelRenewal: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#renewLater();
    this.wake();
  }

  /** Receives no more messages, and resolves when those in flight have ended. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancelTimer?.();
    if (this.#inFlight.size > 0 || this.#isReceiving) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    this.#cancelRenewal?.();
  }

  /** Receives at once: call it when a message was sent or is due. */
  wake(): void {
    if (this.#isRunning && !this.#isReceiving && this.#failures === 0) void this.#receive();
  }

  async #receive(): Promise<void> {
    const { queue, concurrency, logger, observer } = this.#options;
    this.#isReceiving = true;
    try {
      while (this.#isRunning && this.#inFlight.size < concurrency) {
        const messages = await queue.receive(concurrency - this.#inFlight.size);
        observer?.received(messages.length);
        for (const message of messages) void this.#process(message);
        if (messages.length === 0 || this.#failures > 0) break;
      }
    } catch (error) {
      this.#failures++;
      observer?.failed(error);
      logger.error(`The queue cannot be read: ${toText(error)}`);
    }
    this.#isReceiving = false;
    this.#wait();
  }

  /** Waits until the next message is due, or longer while handling fails. */
  #wait(): void {
    if (!this.#isRunning) {
      this.#reportIdle();
      return;
    }
    this.#cancelTimer?.();
    if (this.#failures === 0 && this.#inFlight.size >= this.#options.concurrency) return;
    const backoff = Math.min(1000 * 2 ** (this.#failures - 1), MAX_BACKOFF_MS);
    const wait = this.#failures > 0 ? backoff : Math.min(this.#untilDue(), MAX_IDLE_MS);
    this.#cancelTimer = this.#options.clock.after(wait, () => {
      if (this.#isRunning && !this.#isReceiving) void this.#receive();
    });
  }

  /** Returns the usual interval when the queue cannot be read. */
  #untilDue(): number {
    const { queue, clock } = this.#options;
    try {
      return Math.max(0, (queue.nextDueAt() ?? Number.POSITIVE_INFINITY) - clock.now());
    } catch {
      return MAX_IDLE_MS;
    }
  }

  async #process(message: ReceivedMessage): Promise<void> {
    const lost = new AbortController();
    this.#inFlight.set(message, lost);
    try {
      await this.#handle(message, lost.signal);
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      const { sequence, deliveryCount } = message;
      const text = `A message could not be handled and is delivered again: ${toText(error)}`;
      this.#options.logger.error(text, { sequence, deliveryCount });
    }
    this.#inFlight.delete(message);
    if (this.#failures === 0) this.wake();
    if (this.#failures > 0 || !this.#isRunning) this.#wait();
  }

  async #handle(message: ReceivedMessage, signal: AbortSignal): Promise<void> {
    const { queue, handler, maxDeliveries } = this.#options;
    const { lockToken: _, ...rest } = message;
    const delivery: Delivery = { ...rest, signal };
    if (message.deliveryCount <= maxDeliveries) await handler.handle(delivery);
    else {
      await handler.giveUp(delivery, `delivered ${maxDeliveries} times without being dealt with`);
    }
    await queue.complete(message);
  }

  #renewLater(): void {
    const { clock, lockMs } = this.#options;
    this.#cancelRenewal = clock.after(lockMs / 3, () => {
      for (const [message, lost] of this.#inFlight) void this.#renew(message, lost);
      this.#renewLater();
    });
  }

  async #renew(message: ReceivedMessage, lost: AbortController): Promise<void> {
    try {
      const isOurs = await this.#options.queue.renewLock(message);
      if (!isOurs && this.#inFlight.has(message)) lost.abort(new Error('the lock was lost'));
    } catch (error) {
      this.#options.logger.warn(`A lock could not be renewed: ${toText(error)}`);
    }
  }

  #reportIdle(): void {
    if (this.#inFlight.size === 0 && !this.#isReceiving) this.#onIdle?.();
  }
}

function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
