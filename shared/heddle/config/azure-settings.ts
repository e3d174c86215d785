import { z } from 'zod';
import type { Connection } from '../ports/connection.ts';
import { QUEUE_NAME, toList } from './mode.ts';

const text = z.string().trim().default('');

/** Connections to Azure: a connection string, or an address and an identity. */
export const azureSettings = {
  ServiceBus: text,
  ServiceBus__fullyQualifiedNamespace: text,
  ServiceBus__credential: text,
  ServiceBus__clientId: text,
  Cosmos: text,
  Cosmos__accountEndpoint: text,
  Cosmos__credential: text,
  Cosmos__clientId: text,
  AzureWebJobsStorage: text,
  AzureWebJobsStorage__blobServiceUri: text,
  AzureWebJobsStorage__queueServiceUri: text,
  /** Used by the Functions host, which keeps the state of timers there. */
  AzureWebJobsStorage__tableServiceUri: text,
  AzureWebJobsStorage__credential: text,
  AzureWebJobsStorage__clientId: text,
  WebPubSub: text,
  WebPubSub__endpoint: text,
  WebPubSub__credential: text,
  WebPubSub__clientId: text,
  HEDDLE_WEBPUBSUB_HUB: text,
  HEDDLE_COSMOS_DATABASE: text,
  /** Storage queues whose messages are events, separated by commas. */
  HEDDLE_STORAGE_QUEUES: text,
  /** Private hosts, `*.suffixes` and address ranges that `http` may reach. */
  HEDDLE_HTTP_ALLOW: text,
  APPLICATIONINSIGHTS_CONNECTION_STRING: text,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text,
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
};

export type AzureSettings = z.output<z.ZodObject<typeof azureSettings>>;

/** Connections of an app that runs on Service Bus and Cosmos DB. */
export interface AzureBackend {
  readonly serviceBus: Connection;
  readonly cosmos: Connection;
  readonly database: string;
  readonly blobs: Connection;
}

/** Connections of the built-in actors; each may be missing. */
export interface SinkConnections {
  readonly serviceBus: Connection | undefined;
  readonly storageQueue: Connection | undefined;
  readonly webPubSub: { readonly connection: Connection; readonly hub: string } | undefined;
}

export interface AzureConfig {
  /** Undefined: the embedded queue and store are used. */
  readonly backend: AzureBackend | undefined;
  readonly sinks: SinkConnections;
  /** Blobs that pollers list. */
  readonly blobs: Connection | undefined;
  readonly storageQueues: readonly string[];
  readonly httpAllow: readonly string[];
  readonly faults: readonly string[];
}

type Name = 'ServiceBus' | 'Cosmos' | 'AzureWebJobsStorage' | 'WebPubSub';

export function readAzure(settings: AzureSettings): AzureConfig {
  const read = (name: Name, address: keyof AzureSettings) =>
    readConnection(settings, name, address);
  const serviceBus = read('ServiceBus', 'ServiceBus__fullyQualifiedNamespace');
  const cosmos = read('Cosmos', 'Cosmos__accountEndpoint');
  const blobs = read('AzureWebJobsStorage', 'AzureWebJobsStorage__blobServiceUri');
  const storageQueue = read('AzureWebJobsStorage', 'AzureWebJobsStorage__queueServiceUri');
  const webPubSub = read('WebPubSub', 'WebPubSub__endpoint');
  const hub = settings.HEDDLE_WEBPUBSUB_HUB || 'heddle';
  const database = settings.HEDDLE_COSMOS_DATABASE || 'heddle';
  const queues = toList(settings.HEDDLE_STORAGE_QUEUES);
  const isWhole = serviceBus && cosmos && blobs;
  return {
    backend: isWhole && { serviceBus, cosmos, blobs, database },
    sinks: { serviceBus, storageQueue, webPubSub: webPubSub && { connection: webPubSub, hub } },
    blobs,
    storageQueues: queues,
    httpAllow: toList(settings.HEDDLE_HTTP_ALLOW),
    faults: [
      ...(serviceBus ? findMissing({ cosmos, blobs }) : []),
      ...queues.filter((name) => !QUEUE_NAME.test(name)).map(toQueueFault),
      ...(queues.length > 0 && !storageQueue ? [NO_STORAGE] : []),
    ],
  };
}

function readConnection(
  settings: AzureSettings,
  name: Name,
  address: keyof AzureSettings,
): Connection | undefined {
  if (settings[name] !== '') return { kind: 'string', value: settings[name] };
  if (settings[address] === '') return undefined;
  const clientId = settings[`${name}__clientId`] || undefined;
  return { kind: 'identity', endpoint: settings[address], clientId };
}

const NO_STORAGE = 'HEDDLE_STORAGE_QUEUES: needs AzureWebJobsStorage, or its __queueServiceUri';

function toQueueFault(name: string): string {
  return `HEDDLE_STORAGE_QUEUES: "${name}" is no name of a storage queue (3 to 63 lower-case letters, digits and single hyphens)`;
}

function findMissing(found: { cosmos: unknown; blobs: unknown }): readonly string[] {
  const why = 'is missing, and ServiceBus is set';
  return [
    ...(found.cosmos ? [] : [`Cosmos: ${why}: set Cosmos__accountEndpoint, or unset ServiceBus`]),
    ...(found.blobs
      ? []
      : [`AzureWebJobsStorage: ${why}: set AzureWebJobsStorage__blobServiceUri`]),
  ];
}
