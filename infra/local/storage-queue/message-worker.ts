import type { QueueClient, QueueServiceClient, ReceivedMessageItem } from '@azure/storage-queue';
import type { ListenerServices } from '../trigger-listener.ts';
import type { HostedFunction } from '../worker/hosted-function.ts';
import { holdLease, isLost, type LeasedMessage } from './message-lease.ts';
import { decodeMessage, toQueueInput } from './queue-message.ts';

/** How long a message is hidden while its function runs, until a renewal. */
export const leaseMs = 10 * 60_000;

/**
 * Runs the function on one message and settles it: deletes it after success, shows it again after a
 * throw, and moves it to `<queue>-poison` after maxDequeueCount failures.
 * https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/storage/Microsoft.Azure.WebJobs.Extensions.Storage.Common/src/Shared/Queues/QueueProcessor.cs
 */
export class MessageWorker {
  readonly #fn: HostedFunction;
  readonly #services: ListenerServices;
  readonly #queue: QueueClient;
  readonly #poisonQueue: QueueClient | undefined;

  constructor(
    fn: HostedFunction,
    services: ListenerServices,
    { service, queueName }: { service: QueueServiceClient; queueName: string },
  ) {
    this.#fn = fn;
    this.#services = services;
    this.#queue = service.getQueueClient(queueName);
    // A poison queue has no poison queue of its own: a failed message stays hidden until its lease
    // ends.
    if (!queueName.endsWith('-poison')) {
      this.#poisonQueue = service.getQueueClient(`${queueName}-poison`);
    }
  }

  /**
   * Never rejects: a message that cannot be settled is logged and redelivered when its lease ends.
   */
  async handle(message: ReceivedMessageItem): Promise<void> {
    try {
      await this.#handle(message);
    } catch (error) {
      const what = `Message '${message.messageId}' of queue '${this.#queue.name}'`;
      const reason = isLost(error) ? 'someone else has it by now' : String(error);
      this.#log('error', `${what} could not be settled: ${reason}.`);
    }
  }

  async #handle(message: ReceivedMessageItem): Promise<void> {
    const { encoding, maxDequeueCount } = this.#services.hostJson.queues;
    const body = decodeMessage(message.messageText, encoding);
    if (!body) {
      this.#log('error', `Message '${message.messageId}' is not base64: see "messageEncoding".`);
      return this.#moveToPoisonQueue(message, message);
    }
    if (message.dequeueCount > maxDequeueCount) return this.#moveToPoisonQueue(message, message);
    const lease = this.#holdLease(message);
    const { data, triggerMetadata } = toQueueInput(body, this.#fn.trigger.dataType, message);
    const response = await this.#services.invoker.invoke(this.#fn, data, { triggerMetadata });
    const held = await lease.end();
    if (response) await this.#queue.deleteMessage(held.messageId, held.popReceipt);
    else await this.#release(message, held);
  }

  #holdLease(message: ReceivedMessageItem) {
    return holdLease(message, {
      leaseMs,
      renew: async ({ messageId, popReceipt }) => {
        const seconds = leaseMs / 1000;
        const renewed = await this.#queue.updateMessage(messageId, popReceipt, undefined, seconds);
        return renewed.popReceipt ?? popReceipt;
      },
      onFailure: (error) =>
        this.#log('warning', `Message '${message.messageId}' could not be kept hidden: ${error}`),
    });
  }

  async #release(message: ReceivedMessageItem, held: LeasedMessage): Promise<void> {
    if (!this.#poisonQueue) return;
    const { maxDequeueCount, visibilityTimeoutMs } = this.#services.hostJson.queues;
    if (message.dequeueCount >= maxDequeueCount) return this.#moveToPoisonQueue(message, held);
    const seconds = Math.round(visibilityTimeoutMs / 1000);
    await this.#queue.updateMessage(held.messageId, held.popReceipt, undefined, seconds);
  }

  async #moveToPoisonQueue(message: ReceivedMessageItem, held: LeasedMessage): Promise<void> {
    if (!this.#poisonQueue) return;
    const { maxDequeueCount } = this.#services.hostJson.queues;
    this.#log(
      'warning',
      `Message '${message.messageId}' has been taken ${message.dequeueCount} times (maxDequeueCount ${maxDequeueCount}): moved to queue '${this.#poisonQueue.name}'.`,
    );
    await this.#poisonQueue.createIfNotExists();
    await this.#poisonQueue.sendMessage(message.messageText);
    await this.#queue.deleteMessage(held.messageId, held.popReceipt);
  }

  #log(level: 'warning' | 'error', message: string): void {
    this.#services.log(level, 'system', `${this.#fn.name}: ${message}`);
  }
}
