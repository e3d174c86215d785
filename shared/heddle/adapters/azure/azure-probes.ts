import type { Connection } from '../../ports/connection.ts';
import type { Probes } from '../../ports/probes.ts';
import { BlobList } from './blob-list.ts';
import { createNeed, SERVICE_BUS, STORAGE_BLOBS, STORAGE_QUEUES } from './required-connection.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';
import { ServiceBusSink } from './service-bus-sink.ts';
import { StorageQueue } from './storage-queue.ts';

export interface AzureProbeOptions {
  /** The connection that the event queue sends through; its creator closes it. */
  readonly serviceBus?: ServiceBusConnection | undefined;
  /** With an identity, the endpoints are the account's queue service and its blob service. */
  readonly storageQueues?: Connection | undefined;
  readonly blobs?: Connection | undefined;
}

const need = createNeed('probe_not_configured');

/** Loads and connects nothing before the first probe. */
export function createAzureProbes({ serviceBus, storageQueues, blobs }: AzureProbeOptions): Probes {
  const bus = serviceBus && new ServiceBusSink(serviceBus);
  const queues = storageQueues && new StorageQueue(storageQueues);
  const list = blobs && new BlobList(blobs);
  return {
    async storageQueueDepth(queue, signal) {
      return need(queues, STORAGE_QUEUES).depth(queue, signal);
    },
    async serviceBusDepth(queue, options) {
      return need(bus, SERVICE_BUS).depth(queue, options);
    },
    async *listBlobs(container, options) {
      yield* need(list, STORAGE_BLOBS).list(container, options);
    },
  };
}
