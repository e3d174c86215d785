/**
 * What the granted roles allow, as Azure documents it:
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles and
 * https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security
 */
export interface Role {
  readonly name: string;
  /** Actions and data actions; `*` stands for any text. */
  readonly allows: readonly string[];
}

const STORAGE = 'Microsoft.Storage/storageAccounts';
const COSMOS = 'Microsoft.DocumentDB/databaseAccounts';

/** By the end of the id of their definition. */
export const BUILT_IN_ROLES: Readonly<Record<string, Role>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': {
    name: 'Storage Blob Data Owner',
    allows: [
      `${STORAGE}/blobServices/containers/*`,
      `${STORAGE}/blobServices/generateUserDelegationKey/action`,
    ],
  },
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': {
    name: 'Storage Queue Data Contributor',
    allows: [
      ...['delete', 'read', 'write'].map((what) => `${STORAGE}/queueServices/queues/${what}`),
      ...['delete', 'read', 'write', 'process/action'].map(
        (what) => `${STORAGE}/queueServices/queues/messages/${what}`,
      ),
    ],
  },
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': {
    name: 'Storage Table Data Contributor',
    allows: [
      ...['delete', 'read', 'write'].map((what) => `${STORAGE}/tableServices/tables/${what}`),
      ...['delete', 'read', 'write', 'add/action', 'update/action'].map(
        (what) => `${STORAGE}/tableServices/tables/entities/${what}`,
      ),
    ],
  },
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': {
    name: 'Azure Service Bus Data Receiver',
    allows: ['Microsoft.ServiceBus/*/queues/read', 'Microsoft.ServiceBus/*/receive/action'],
  },
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': {
    name: 'Azure Service Bus Data Sender',
    allows: ['Microsoft.ServiceBus/*/queues/read', 'Microsoft.ServiceBus/*/send/action'],
  },
  '090c5cfd-751d-490a-894a-3ce6f1109419': {
    name: 'Azure Service Bus Data Owner',
    allows: ['Microsoft.ServiceBus/*'],
  },
  '4633458b-17de-408a-b874-0445c86b69e6': {
    name: 'Key Vault Secrets User',
    allows: [
      'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    ],
  },
  '3913510d-42f4-4e42-8a64-420c390055eb': {
    name: 'Monitoring Metrics Publisher',
    allows: ['Microsoft.Insights/Metrics/Write', 'Microsoft.Insights/Telemetry/Write'],
  },
  '12cf5a90-567b-43ae-8102-96cf46c7d9b4': {
    name: 'Web PubSub Service Owner',
    allows: ['Microsoft.SignalRService/WebPubSub/*'],
  },
  '00000000-0000-0000-0000-000000000002': {
    name: 'Cosmos DB Built-in Data Contributor',
    allows: [
      `${COSMOS}/readMetadata`,
      `${COSMOS}/sqlDatabases/containers/*`,
      `${COSMOS}/sqlDatabases/containers/items/*`,
    ],
  },
};
