import type { Connection } from '../../ports/connection.ts';
import type { Sinks } from '../../ports/sinks.ts';
import { createNeed, SERVICE_BUS, STORAGE_QUEUES, WEB_PUBSUB } from './required-connection.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';
import { ServiceBusSink } from './service-bus-sink.ts';
import { StorageQueue } from './storage-queue.ts';
import { WebPubSub } from './web-pubsub.ts';

export interface AzureSinkOptions {
  /** The connection that the event queue sends through; its creator closes it. */
  readonly serviceBus?: ServiceBusConnection | undefined;
  /** With an identity, the endpoint is the account's queue service. */
  readonly storageQueues?: Connection | undefined;
  readonly webPubSub?: Connection | undefined;
  readonly webPubSubHub: string;
}

const need = createNeed('sink_not_configured');

/** Loads and connects nothing before the first send. */
export function createAzureSinks(options: AzureSinkOptions): Sinks {
  const { serviceBus, storageQueues, webPubSub, webPubSubHub } = options;
  const bus = serviceBus && new ServiceBusSink(serviceBus);
  const queues = storageQueues && new StorageQueue(storageQueues);
  const hub = webPubSub && new WebPubSub(webPubSub, webPubSubHub);
  return {
    async sendToServiceBus(entity, message) {
      return need(bus, SERVICE_BUS).send(entity, message);
    },
    async sendToStorageQueue(queue, text, { delaySeconds = 0 } = {}) {
      return need(queues, STORAGE_QUEUES).send(queue, text, delaySeconds);
    },
    async sendToWebPubSub(target, content) {
      return need(hub, WEB_PUBSUB).send(target, content);
    },
    async createWebPubSubUrl(wanted) {
      return need(hub, WEB_PUBSUB).createUrl(wanted);
    },
  };
}
