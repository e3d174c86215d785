import { z } from 'zod';
import type { AzureSenders } from '../domain/azure-senders.ts';
import type { Connection } from '../ports/connection.ts';
import { toList } from './mode.ts';
import { readConnection } from './read-connection.ts';

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
  /** Audience of the tokens that Web PubSub sends, and the object id of its identity. */
  HEDDLE_WEBPUBSUB_AUDIENCE: text,
  HEDDLE_WEBPUBSUB_IDENTITY: text,
  /** Tenant whose tokens senders bring. */
  HEDDLE_ENTRA_TENANT: text,
  /** URL of the authority that signs tokens; Azure's libraries read it too. */
  AZURE_AUTHORITY_HOST: text,
  HEDDLE_COSMOS_DATABASE: text,
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

export interface AzureConfig {
  /** Undefined: the embedded queue and store are used. */
  readonly backend: AzureBackend | undefined;
  readonly serviceBus: Connection | undefined;
  readonly webPubSub: { readonly connection: Connection; readonly hub: string } | undefined;
  readonly senders: AzureSenders;
  /** Blobs that pollers list. */
  readonly blobs: Connection | undefined;
  readonly httpAllow: readonly string[];
  readonly faults: readonly string[];
}

export function readAzure(settings: AzureSettings): AzureConfig {
  const read = (setting: keyof AzureSettings, endpoint: keyof AzureSettings) =>
    readConnection(settings, { setting, endpoint });
  const serviceBus = read('ServiceBus', 'ServiceBus__fullyQualifiedNamespace');
  const cosmos = read('Cosmos', 'Cosmos__accountEndpoint');
  const blobs = read('AzureWebJobsStorage', 'AzureWebJobsStorage__blobServiceUri');
  const webPubSub = read('WebPubSub', 'WebPubSub__endpoint');
  const hub = settings.HEDDLE_WEBPUBSUB_HUB || 'heddle';
  const database = settings.HEDDLE_COSMOS_DATABASE || 'heddle';
  const isWhole = serviceBus && cosmos && blobs;
  return {
    backend: isWhole && { serviceBus, cosmos, blobs, database },
    serviceBus,
    webPubSub: webPubSub && { connection: webPubSub, hub },
    senders: toSenders(settings, webPubSub),
    blobs,
    httpAllow: toList(settings.HEDDLE_HTTP_ALLOW),
    faults: serviceBus ? findMissing({ cosmos, blobs }) : [],
  };
}

function toSenders(settings: AzureSettings, webPubSub: Connection | undefined): AzureSenders {
  return {
    authorityHost: settings.AZURE_AUTHORITY_HOST,
    tenant: settings.HEDDLE_ENTRA_TENANT,
    webPubSub: {
      host: toHost(webPubSub),
      audience: settings.HEDDLE_WEBPUBSUB_AUDIENCE,
      identity: settings.HEDDLE_WEBPUBSUB_IDENTITY,
    },
  };
}

/** The name that the service sends as its origin; blank where the connection has none. */
function toHost(connection: Connection | undefined): string {
  if (!connection) return '';
  const { kind } = connection;
  const address =
    kind === 'identity'
      ? connection.endpoint
      : (/(?:^|;)\s*Endpoint=([^;]+)/i.exec(connection.value)?.[1] ?? '');
  return URL.parse(address)?.hostname ?? '';
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
