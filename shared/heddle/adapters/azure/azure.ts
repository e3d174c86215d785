import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connection } from '../../ports/connection.ts';
import type { Probes } from '../../ports/probes.ts';
import type { Sinks } from '../../ports/sinks.ts';
import { createAzureProbes } from './azure-probes.ts';
import { createAzureSinks } from './azure-sinks.ts';
import { BlobStore } from './blob-store.ts';
import { CosmosStore } from './cosmos-store.ts';
import { MessageCodec } from './message-codec.ts';
import { ServiceBusConnection } from './service-bus-connection.ts';
import { ServiceBusQueue } from './service-bus-queue.ts';

export interface AzureOptions {
  /** Undefined: the queue and the store are not in Azure. */
  readonly backend:
    | {
        readonly serviceBus: Connection;
        readonly cosmos: Connection;
        readonly database: string;
        readonly blobs: Connection;
      }
    | undefined;
  readonly sinks: {
    readonly serviceBus: Connection | undefined;
    readonly storageQueue: Connection | undefined;
    readonly webPubSub: { readonly connection: Connection; readonly hub: string } | undefined;
  };
  /** Blob connection for pollers. They read queue depths through the connections of the sinks. */
  readonly blobs: Connection | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Azure {
  readonly backend: Backend | undefined;
  readonly sinks: Sinks;
  readonly probes: Probes;
  close(): Promise<void>;
}

/** Creates one client per service for the whole process, each at its first use. */
export function createAzure({ backend, sinks, blobs, clock }: AzureOptions): Azure {
  const serviceBus = sinks.serviceBus && new ServiceBusConnection(sinks.serviceBus);
  return {
    backend: backend && serviceBus && createBackend({ ...backend, serviceBus, clock }),
    sinks: createAzureSinks({
      serviceBus,
      storageQueues: sinks.storageQueue,
      webPubSub: sinks.webPubSub?.connection,
      webPubSubHub: sinks.webPubSub?.hub ?? '',
    }),
    probes: createAzureProbes({ serviceBus, storageQueues: sinks.storageQueue, blobs }),
    close: async () => serviceBus?.close(),
  };
}

type BackendParts = Omit<NonNullable<AzureOptions['backend']>, 'serviceBus'> & {
  readonly serviceBus: ServiceBusConnection;
  readonly clock: Pick<Clock, 'now'>;
};

function createBackend({ serviceBus, cosmos, database, blobs, clock }: BackendParts): Backend {
  const store = new BlobStore(blobs);
  const codec = new MessageCodec({ blobs: store });
  return {
    queue: new ServiceBusQueue({ connection: serviceBus, codec, clock }),
    store: new CosmosStore({ connection: cosmos, database, blobs: store }),
    decode: (bytes) => codec.decode(Buffer.from(bytes)),
    close: () => serviceBus.close(),
  };
}
