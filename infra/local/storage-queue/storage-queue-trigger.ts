import { setTimeout as delay } from 'node:timers/promises';
import type { QueueClient } from '@azure/storage-queue';
import type { ConnectionSetting } from '../settings/connection-setting.ts';
import { resolveSettings } from '../settings/resolve-settings.ts';
import type { ListenerServices, TriggerListener } from '../trigger-listener.ts';
import type { HostedFunction } from '../worker/hosted-function.ts';
import { leaseMs, MessageWorker } from './message-worker.ts';
import { createQueueService, findQueueConnection } from './queue-client.ts';
import { toQueueInput } from './queue-message.ts';

const firstPauseMs = 100;

export function createStorageQueueListener(
  fn: HostedFunction,
  services: ListenerServices,
): TriggerListener {
  const queueName = resolveSettings(String(fn.trigger.queueName ?? ''), services.env).toLowerCase();
  if (!queueName) throw new Error('It names no queue: give queueName.');
  const connection = findQueueConnection(fn.trigger.connection, services.env);
  return new StorageQueueListener(fn, services, { queueName, connection });
}

/**
 * Polls at once while messages come, and with growing pauses while none do. It also waits for a
 * queue that does not exist yet.
 * https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/storage/Microsoft.Azure.WebJobs.Extensions.Storage.Common/src/Shared/Queues/QueueListener.cs
 */
class StorageQueueListener implements TriggerListener {
  readonly #fn: HostedFunction;
  readonly #services: ListenerServices;
  readonly #source: { queueName: string; connection: ConnectionSetting };
  readonly #working = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #polling: Promise<void> = Promise.resolve();
  /** Remembered, so that a fault is logged once and not with every poll. */
  #lastFault: string | undefined;

  constructor(
    fn: HostedFunction,
    services: ListenerServices,
    source: { queueName: string; connection: ConnectionSetting },
  ) {
    this.#fn = fn;
    this.#services = services;
    this.#source = source;
  }

  start(): void {
    this.#polling = this.#run().catch((error) => this.#reportFault(error));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.all(this.#working);
  }

  runNow(input: string | undefined): Promise<unknown> {
    const { data, triggerMetadata } = toQueueInput(
      Buffer.from(input ?? ''),
      this.#fn.trigger.dataType,
    );
    return this.#services.invoker.invoke(this.#fn, data, { triggerMetadata });
  }

  async #run(): Promise<void> {
    const { queueName, connection } = this.#source;
    const service = await createQueueService(connection);
    const queue = service.getQueueClient(queueName);
    const worker = new MessageWorker(this.#fn, this.#services, { service, queueName });
    const { maxPollingIntervalMs, newBatchThreshold } = this.#services.hostJson.queues;
    let pause = firstPauseMs;
    while (!this.#stopping.signal.aborted) {
      const found = await this.#poll(queue, worker);
      if (found > 0) {
        pause = firstPauseMs;
        while (this.#working.size > newBatchThreshold) await Promise.race(this.#working);
      } else {
        await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
        pause = Math.min(pause * 2, maxPollingIntervalMs);
      }
    }
  }

  /**
   * Resolves to the number of messages received. A fault counts as none, which delays the next
   * poll. A stop does not abort the request: messages it may have fetched would stay hidden for a
   * whole lease.
   */
  async #poll(queue: QueueClient, worker: MessageWorker): Promise<number> {
    try {
      const { receivedMessageItems: messages } = await queue.receiveMessages({
        numberOfMessages: this.#services.hostJson.queues.batchSize,
        visibilityTimeout: leaseMs / 1000,
      });
      this.#lastFault = undefined;
      for (const message of messages) this.#track(worker.handle(message));
      return messages.length;
    } catch (error) {
      this.#reportFault(error);
      return 0;
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#working.delete(tracked));
    this.#working.add(tracked);
  }

  #reportFault(error: unknown): void {
    const { queueName } = this.#source;
    const { code, message } = error as { code?: string; message?: string };
    const fault = code ?? message ?? String(error);
    if (fault === this.#lastFault) return;
    this.#lastFault = fault;
    const text =
      code === 'QueueNotFound'
        ? `queue '${queueName}' does not exist yet; it is waited for.`
        : `queue '${queueName}' cannot be read, and is tried again: ${message ?? error}`;
    this.#services.log('warning', 'system', `${this.#fn.name}: ${text}`);
  }
}
