import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connection } from '../../ports/connection.ts';
import type { LiveClients } from '../../ports/live-clients.ts';
import type { Probes } from '../../ports/probes.ts';
import { createAzureParts } from './azure-parts.ts';
import { createBlobProbe } from './blob-list.ts';
import { BlobStore } from './blob-store.ts';
import { CosmosStore } from './cosmos-store.ts';
import { createCredential } from './credential.ts';
import { lendServiceBus } from './lent-service-bus.ts';
import { MessageCodec } from './message-codec.ts';
import { ServiceBusConnection } from './service-bus-connection.ts';
import { ServiceBusQueue } from './service-bus-queue.ts';
import { createLiveClients, type HubConnection } from './web-pubsub.ts';

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
  /** Connection of the queue, if it is in Azure, and of what is lent. */
  readonly serviceBus: Connection | undefined;
  readonly webPubSub: HubConnection | undefined;
  /** Connection to the blobs that pollers list. */
  readonly blobs: Connection | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Azure {
  readonly backend: Backend | undefined;
  readonly liveClients: LiveClients;
  readonly probes: Pick<Probes, 'listBlobs'>;
  /** Rejects where Web PubSub is configured and does not answer. */
  askWebPubSub(signal: AbortSignal): Promise<void>;
  /** Clients that connectors may use too. */
  readonly lent: {
    readonly createCredential: typeof createCredential;
    readonly serviceBus: ReturnType<typeof lendServiceBus> | undefined;
  };
  close(): Promise<void>;
}

/** Creates one client per service for the whole process, each at its first use. */
export function createAzure(options: AzureOptions): Azure {
  const { backend, blobs, clock } = options;
  const serviceBus = options.serviceBus && new ServiceBusConnection(options.serviceBus);
  const liveClients = createLiveClients(options.webPubSub);
  return {
    backend: backend && serviceBus && createBackend({ ...backend, serviceBus, clock }),
    liveClients,
    askWebPubSub: (signal) => liveClients.ping(signal),
    probes: createBlobProbe(blobs),
    lent: { createCredential, serviceBus: serviceBus && lendServiceBus(serviceBus) },
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
  const queue = new ServiceBusQueue({ connection: serviceBus, codec, clock });
  const documents = new CosmosStore({ connection: cosmos, database, blobs: store });
  return {
    queue,
    store: documents,
    parts: createAzureParts({ queue, store: documents, blobs: store }),
    backlog: () => queue.backlog(),
    decode: (bytes) => codec.decode(Buffer.from(bytes)),
    close: () => serviceBus.close(),
  };
}
