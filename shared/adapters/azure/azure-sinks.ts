import { TerminalError } from '../../errors.ts';
import type { Sinks } from '../../ports.ts';
import type { Connection } from './connection.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';
import { ServiceBusSink } from './service-bus-sink.ts';
import { StorageQueue } from './storage-queue.ts';
import { WebPubSub } from './web-pubsub.ts';

export interface AzureSinkOptions {
  /** The one that the event queue sends through; whoever made it closes it. */
  readonly serviceBus?: ServiceBusConnection | undefined;
  /** An identity's endpoint is the account's queue service. */
  readonly storageQueues?: Connection | undefined;
  readonly webPubSub?: Connection | undefined;
  readonly webPubSubHub: string;
}

/** Nothing is loaded or connected before something is sent. */
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
      return need(queues, STORAGE).send(queue, text, delaySeconds);
    },
    async sendToWebPubSub(target, content) {
      return need(hub, WEB_PUBSUB).send(target, content);
    },
    async createWebPubSubUrl(wanted) {
      return need(hub, WEB_PUBSUB).createUrl(wanted);
    },
  };
}

interface Service {
  readonly name: string;
  readonly setting: string;
  readonly endpoint: string;
}

const SERVICE_BUS: Service = {
  name: 'Service Bus',
  setting: 'ServiceBus',
  endpoint: 'ServiceBus__fullyQualifiedNamespace',
};
const STORAGE: Service = {
  name: 'storage queues',
  setting: 'AzureWebJobsStorage',
  endpoint: 'AzureWebJobsStorage__queueServiceUri',
};
const WEB_PUBSUB: Service = {
  name: 'Web PubSub',
  setting: 'WebPubSub',
  endpoint: 'WebPubSub__endpoint',
};

function need<T>(sink: T | undefined, { name, setting, endpoint }: Service): T {
  if (sink !== undefined) return sink;
  throw new TerminalError(
    `no connection to ${name} is configured: set ${setting} to a connection string, or ${endpoint} for an identity`,
    { code: 'sink_not_configured' },
  );
}
