/**
 * The calls of Azure's libraries by module, with what each needs: the resource and the action that a
 * role must allow. A call without needs sends no request, or none in a deployment.
 */
export interface Need {
  /** The type of the resource whose role, or whose parent's, allows it. */
  readonly on: string;
  readonly action: string;
}

type Calls = Readonly<Record<string, readonly Need[]>>;

const toNeeds =
  (on: string, prefix: string) =>
  (...actions: readonly string[]): readonly Need[] =>
    actions.map((action) => ({ on, action: `${prefix}/${action}` }));

const STORAGE = 'Microsoft.Storage/storageAccounts';
const COSMOS = 'Microsoft.DocumentDB/databaseAccounts';
const BUS = 'Microsoft.ServiceBus/namespaces';

const blobs = toNeeds(STORAGE, `${STORAGE}/blobServices/containers`);
const storageQueues = toNeeds(STORAGE, `${STORAGE}/queueServices/queues`);
const tables = toNeeds(STORAGE, `${STORAGE}/tableServices/tables`);
const cosmos = toNeeds(COSMOS, COSMOS);
const items = toNeeds(COSMOS, `${COSMOS}/sqlDatabases/containers`);
/** Actors and pollers name any queue or topic, so the whole namespace is meant. */
const bus = toNeeds(BUS, BUS);
/** The queues of Heddle itself. */
const busQueues = toNeeds(`${BUS}/queues`, BUS);
const vault = toNeeds('Microsoft.KeyVault/vaults', 'Microsoft.KeyVault/vaults');
const insights = toNeeds('Microsoft.Insights/components', 'Microsoft.Insights');
const pubSub = toNeeds('Microsoft.SignalRService/webPubSub', 'Microsoft.SignalRService/WebPubSub');

const LOCAL: readonly Need[] = [];
/** Only with a connection string, as of an emulator. */
const NOT_DEPLOYED: readonly Need[] = [];

const AZURE = 'shared/heddle/adapters/azure';

export const MODULES: Readonly<Record<string, Calls>> = {
  [`${AZURE}/blob-list.ts`]: {
    'BlobServiceClient.getContainerClient': LOCAL,
    'ContainerClient.listBlobsFlat': blobs('blobs/read'),
  },
  [`${AZURE}/blob-store.ts`]: {
    'BlobClient.deleteIfExists': blobs('blobs/delete'),
    'BlobClient.download': blobs('blobs/read'),
    'BlobServiceClient.fromConnectionString': NOT_DEPLOYED,
    'BlobServiceClient.getContainerClient': LOCAL,
    'BlockBlobClient.upload': blobs('blobs/write'),
    'ContainerClient.createIfNotExists': NOT_DEPLOYED,
    'ContainerClient.getBlobClient': LOCAL,
    'ContainerClient.getBlockBlobClient': LOCAL,
    'new BlobServiceClient': LOCAL,
  },
  [`${AZURE}/cosmos-call.ts`]: { Next: LOCAL },
  [`${AZURE}/cosmos-containers.ts`]: {
    'Containers.createIfNotExists': NOT_DEPLOYED,
    'CosmosClient.database': LOCAL,
    'CosmosClient.dispose': LOCAL,
    'Database.container': LOCAL,
    'Databases.createIfNotExists': NOT_DEPLOYED,
    'new CosmosClient': cosmos('readMetadata'),
  },
  [`${AZURE}/cosmos-store.ts`]: {
    'Container.item': LOCAL,
    'Item.delete': items('items/delete'),
    'Item.read': items('items/read'),
    'Item.replace': items('items/replace'),
    'Items.create': items('items/create'),
    'Items.query': items('executeQuery'),
    'QueryIterator.fetchAll': items('executeQuery'),
  },
  [`${AZURE}/credential.ts`]: {
    'new DefaultAzureCredential': LOCAL,
    'new ManagedIdentityCredential': LOCAL,
  },
  [`${AZURE}/service-bus-batches.ts`]: {
    'ServiceBusMessageBatch.tryAddMessage': LOCAL,
    'ServiceBusSender.createMessageBatch': busQueues('messages/send/action'),
    'ServiceBusSender.sendMessages': busQueues('messages/send/action'),
  },
  [`${AZURE}/service-bus-connection.ts`]: {
    'ServiceBusClient.close': LOCAL,
    'ServiceBusClient.createReceiver': LOCAL,
    'ServiceBusClient.createSender': LOCAL,
    'ServiceBusSender.close': LOCAL,
    'new ServiceBusClient': LOCAL,
  },
  // Of Heddle's queues, and of any that a poller or an actor names.
  [`${AZURE}/service-bus-depth.ts`]: {
    'ServiceBusReceiver.peekMessages': bus('messages/receive/action'),
  },
  [`${AZURE}/service-bus-queue.ts`]: {
    'ServiceBusSender.cancelScheduledMessages': busQueues('messages/send/action'),
    'ServiceBusSender.scheduleMessages': busQueues('messages/send/action'),
  },
  [`${AZURE}/web-pubsub.ts`]: {
    'WebPubSubGroup.sendToAll': pubSub('group/send/action'),
    'WebPubSubServiceClient.getClientAccessToken': pubSub('clientToken/action'),
    'WebPubSubServiceClient.group': LOCAL,
    'WebPubSubServiceClient.groupExists': pubSub('group/read'),
    'WebPubSubServiceClient.sendToAll': pubSub('hub/send/action'),
    'WebPubSubServiceClient.sendToUser': pubSub('user/send/action'),
    'new WebPubSubServiceClient': LOCAL,
  },
  'shared/heddle/adapters/telemetry/azure-exporters.ts': {
    'AzureMonitorTraceExporter.export': insights('Telemetry/Write'),
    'new AzureMonitorTraceExporter': LOCAL,
    'new AzureMonitorMetricExporter': insights('Metrics/Write'),
  },
  'shared/heddle/connectors/service-bus/client.ts': {
    'ServiceBusSender.sendMessages': bus('messages/send/action'),
  },
  'shared/heddle/connectors/storage-queue/client.ts': {
    'QueueClient.exists': storageQueues('read'),
    'QueueClient.getProperties': storageQueues('read'),
    'QueueClient.sendMessage': storageQueues('messages/write'),
    'QueueServiceClient.fromConnectionString': NOT_DEPLOYED,
    'QueueServiceClient.getQueueClient': LOCAL,
    'new QueueServiceClient': LOCAL,
  },
};

/** What Azure itself does with the app's identity. */
export const PLATFORM: Calls = {
  'Flex Consumption fetches the package': blobs('blobs/read'),
  'the host makes its containers, and keeps its keys and the leases of timers': blobs(
    ...['read', 'write', 'blobs/read', 'blobs/write', 'blobs/delete'],
  ),
  'the host keeps its diagnostic events': tables('write', 'entities/add/action'),
  'the host takes messages of storage queues, and makes the queues of poisoned ones': storageQueues(
    ...['read', 'write', 'messages/process/action', 'messages/write', 'messages/delete'],
  ),
  'the host takes messages of Service Bus': busQueues('messages/receive/action'),
  // Reading a queue's length needs more than a receiver has:
  // https://github.com/MicrosoftDocs/azure-docs/pull/128626
  'the scale controller reads the lengths of the queues': busQueues('*/read'),
  'App Service fetches the secrets': vault('secrets/getSecret/action'),
  'the host sends its telemetry': insights('Telemetry/Write', 'Metrics/Write'),
};
